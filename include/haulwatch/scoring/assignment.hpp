#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace haulwatch::scoring {

/// A row and a column that may be assigned to each other.
struct Candidate {
  std::uint32_t row = 0;
  std::uint32_t column = 0;
  double quality = 0.0;  ///< 0 to 1
};

struct Assigned {
  std::uint32_t row = 0;
  std::uint32_t column = 0;

  friend bool operator==(const Assigned&, const Assigned&) = default;
};

/// Assigns rows to columns one to one: as many as possible, and of all such ways one whose qualities (in steps of a
/// millionth) have the greatest sum. In the order of the rows.
///
/// Shortest augmenting paths over the given pairs alone, with potentials: Jonker and Volgenant, A Shortest Augmenting
/// Path Algorithm for Dense and Sparse Linear Assignment Problems (Computing 38, 1987), each row having a place of its
/// own at a price above all qualities, where it goes when nothing is left for it. Rows that share no column never meet,
/// so that 100,000 rows with a few columns each take a tenth of a second.
///
/// \param rows, columns how many there are; numbers in `candidates` are below them
/// Time: O(rows × e log e) for e pairs that hang together. Integer arithmetic: the same on every machine. Threads: any.
[[nodiscard]] std::vector<Assigned> assign(std::uint32_t rows, std::uint32_t columns,
                                           std::span<const Candidate> candidates);

}  // namespace haulwatch::scoring
