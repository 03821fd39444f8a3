#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace haulwatch::io {

/// Where a fix came from: a file, by its number on the command line, and a line in it.
struct RowPlace {
  std::uint32_t file = 0;
  std::uint64_t line = 0;
};

/// Finds the file and line of the n-th fix of a recording.
///
/// Rows mostly stand on consecutive lines: only where that breaks off is anything stored. Look-up: O(log breaks).
class RowPlaces {
 public:
  /// The next fix came from here.
  void add(RowPlace place) {
    const std::uint64_t record = count_++;
    if (!runs_.empty()) {
      const Run& run = runs_.back();
      if (run.place.file == place.file && run.place.line + (record - run.first) == place.line) return;
    }
    runs_.push_back({record, place});
  }

  [[nodiscard]] RowPlace of(std::uint64_t record) const noexcept {
    const auto after = std::upper_bound(runs_.begin(), runs_.end(), record,
                                        [](std::uint64_t r, const Run& run) { return r < run.first; });
    if (after == runs_.begin()) return {};
    const Run& run = *(after - 1);
    return {run.place.file, run.place.line + (record - run.first)};
  }

 private:
  struct Run {
    std::uint64_t first;
    RowPlace place;
  };
  std::vector<Run> runs_;
  std::uint64_t count_ = 0;
};

}  // namespace haulwatch::io
