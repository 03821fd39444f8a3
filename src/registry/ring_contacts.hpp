#pragma once

#include "grid_ring.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace haulwatch::registry {

/// How two edges meet.
enum class ContactKind { crossing, along, touch };

/// Two edges that meet. Edge i of a ring goes from its vertex i to the next one. The meeting of neighbours at the
/// vertex between them is none.
struct Contact {
  std::size_t ring_a = 0;  ///< number in the list of rings; never greater than `ring_b`
  std::size_t ring_b = 0;
  std::size_t edge_a = 0;
  std::size_t edge_b = 0;
  ContactKind kind{};
  GridPoint at;  ///< of a touch exactly; of the others an end of an edge beside it

  friend bool operator==(const Contact&, const Contact&) = default;
};

/// All contacts between edges of the rings, sorted by rings and then by edges.
///
/// It stops after some ten thousand: nobody reads more, and a hatched star has quadratically many.
/// Time: O(n log n) plus the pairs of edges whose boxes meet: few for what people draw, most of them for a comb of long
/// slanting teeth.
[[nodiscard]] std::vector<Contact> contacts_between(std::span<const GridRing> rings);

}  // namespace haulwatch::registry
