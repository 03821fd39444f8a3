#pragma once

#include <haulwatch/engine/spill_file.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace haulwatch {

/// Sorts any number of records in bounded memory: full buffers are sorted and spilled as runs, the runs merged at the
/// end.
///
/// Records are written as they lie in memory, so views in them must outlive the sorter. Equal records come out in the
/// order in which they went in. Memory: `memory_bytes`, whatever the number of records. Threads: as a container.
/// \throws FileError from the spill file
template <class Record, class Less>
class ExternalSorter {
  static_assert(std::is_trivially_copyable_v<Record>);

 public:
  explicit ExternalSorter(std::size_t memory_bytes, Less less = {})
      : capacity_{std::max<std::size_t>(64, memory_bytes / sizeof(Record))}, less_{std::move(less)} {}

  void add(const Record& record) {
    if (buffer_.size() == capacity_) spill();
    if (buffer_.size() == buffer_.capacity())
      buffer_.reserve(std::min(capacity_, std::max<std::size_t>(64, 2 * buffer_.size())));
    buffer_.push_back(record);
  }

  /// Calls `take(const Record&)` in order. The sorter is empty after it, also where `take` threw.
  template <class Take>
  void drain(Take&& take) {
    std::vector<Record> rest = std::exchange(buffer_, {});
    std::vector<Run> runs = std::exchange(runs_, {});
    const std::optional<SpillFile> file = std::exchange(file_, std::nullopt);
    std::stable_sort(rest.begin(), rest.end(), less_);
    if (file) {
      runs.push_back(Run{0, 0, std::move(rest), 0});
      merge(runs, *file, take);
    } else {
      for (const Record& record : rest) take(record);
    }
  }

 private:
  struct Run {
    std::uint64_t offset = 0;
    std::uint64_t left = 0;  ///< records not yet read
    std::vector<Record> window;
    std::size_t next = 0;
  };

  void spill() {
    std::stable_sort(buffer_.begin(), buffer_.end(), less_);
    if (!file_) file_.emplace();
    const std::uint64_t offset = file_->append(buffer_.data(), buffer_.size() * sizeof(Record));
    runs_.push_back(Run{offset, buffer_.size(), {}, 0});
    buffer_.clear();
  }

  template <class Take>
  void merge(std::vector<Run>& runs, const SpillFile& file, Take& take) const {
    const std::size_t window = std::max<std::size_t>(16, capacity_ / runs.size());
    std::vector<std::size_t> heap;
    for (std::size_t i = 0; i < runs.size(); ++i)
      if (has_more(runs[i], file, window)) heap.push_back(i);
    const auto after = [&](std::size_t a, std::size_t b) {
      const Record& x = runs[a].window[runs[a].next];
      const Record& y = runs[b].window[runs[b].next];
      if (less_(y, x)) return true;
      return !less_(x, y) && a > b;
    };
    std::make_heap(heap.begin(), heap.end(), after);
    while (!heap.empty()) {
      std::pop_heap(heap.begin(), heap.end(), after);
      Run& run = runs[heap.back()];
      take(run.window[run.next++]);
      if (has_more(run, file, window)) {
        std::push_heap(heap.begin(), heap.end(), after);
      } else {
        heap.pop_back();
      }
    }
  }

  static bool has_more(Run& run, const SpillFile& file, std::size_t window) {
    if (run.next < run.window.size()) return true;
    if (run.left == 0) return false;
    run.window.resize(static_cast<std::size_t>(std::min<std::uint64_t>(window, run.left)));
    file.read(run.offset, run.window.data(), run.window.size() * sizeof(Record));
    run.offset += run.window.size() * sizeof(Record);
    run.left -= run.window.size();
    run.next = 0;
    return true;
  }

  std::size_t capacity_;
  Less less_;
  std::vector<Record> buffer_;
  std::vector<Run> runs_;
  std::optional<SpillFile> file_;
};

}  // namespace haulwatch
