#pragma once

#include <haulwatch/engine/vehicle_names.hpp>

#include <cstddef>
#include <string_view>

namespace haulwatch::io {

/// Owns the texts of events that were read: an `Event` itself holds views.
///
/// Each different text is kept once, for sites, zones and vehicles come again and again. A view given out lives as long
/// as the store, moves of it included. About 10 ns for a known text. Threads: as `VehicleNames`, whose index of texts
/// this is.
class TextStore {
 public:
  [[nodiscard]] std::string_view keep(std::string_view text) {
    return text.empty() ? std::string_view{} : texts_.name(texts_.intern(text));
  }

  /// Different texts kept, the empty one aside.
  [[nodiscard]] std::size_t size() const noexcept { return texts_.size(); }

 private:
  VehicleNames texts_;
};

}  // namespace haulwatch::io
