#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace haulwatch::io::detail {

/// Reads one object of JSON into cells: the text of each value whose key was asked for. A key inside an object is asked
/// for with dots (`place.lat`). Numbers keep their digits, `true` and `false` are those words, `null` is an empty cell;
/// arrays are passed over; of a key that comes twice the last value counts.
class JsonCells {
 public:
  explicit JsonCells(std::vector<std::string> keys);
  ~JsonCells();
  JsonCells(JsonCells&&) noexcept;
  JsonCells& operator=(JsonCells&&) noexcept;

  /// \return whether `object` is one object of valid JSON and nothing else
  [[nodiscard]] bool read(std::string_view object);

  /// One for each key asked for, in that order; empty where the object has no such key. Until the next `read`.
  [[nodiscard]] std::span<const std::string_view> cells() const noexcept;

  /// What is wrong with the object, after `read` gave false. Until the next `read`.
  [[nodiscard]] std::string_view fault() const noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// The keys of all values in an object of JSON that are neither object nor array, in the order of the text; nothing if
/// it is not valid.
[[nodiscard]] std::vector<std::string> keys_of_json(std::string_view object);

}  // namespace haulwatch::io::detail
