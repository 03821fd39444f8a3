#pragma once

#include <haulwatch/engine/detail/text_index.hpp>
#include <haulwatch/fix.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace haulwatch {

/// Gives each vehicle's text a dense number, 0, 1, 2 … in the order of first sight, and the text back for a number.
///
/// The texts are copied into blocks that never move: a view given out lives as long as this object, moves of it
/// included. A text may be any bytes; what makes a good one is for the readers to say.
///
/// Time: about 10 ns for a known text. Memory: its bytes and some 50 B a vehicle; only new texts allocate, and those
/// seldom.
/// Threads: as a standard container: any number may read at once, while none interns. A view given out earlier may be
/// read at any time. One thread that interns while others read needs a lock of the caller's around both.
class VehicleNames {
 public:
  VehicleNames() = default;
  VehicleNames(VehicleNames&&) noexcept = default;
  VehicleNames& operator=(VehicleNames&&) noexcept = default;
  VehicleNames(const VehicleNames&) = delete;  // views given out belong to one object
  VehicleNames& operator=(const VehicleNames&) = delete;
  ~VehicleNames() = default;

  /// The number of this text, a new one if it is unknown.
  VehicleIndex intern(std::string_view text);

  [[nodiscard]] std::optional<VehicleIndex> find(std::string_view text) const noexcept {
    const auto found = index_.find(text);
    return found == index_.end() ? std::nullopt : std::optional{VehicleIndex{found->second}};
  }

  /// \pre `vehicle` was given by this object
  [[nodiscard]] std::string_view name(VehicleIndex vehicle) const noexcept {
    return names_[static_cast<std::size_t>(vehicle)];
  }

  [[nodiscard]] std::size_t size() const noexcept { return names_.size(); }

 private:
  [[nodiscard]] std::string_view keep(std::string_view text);

  detail::TextIndex index_;
  std::vector<std::string_view> names_;
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* free_ = nullptr;
  std::size_t free_size_ = 0;
};

}  // namespace haulwatch
