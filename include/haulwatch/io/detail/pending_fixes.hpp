#pragma once

#include <haulwatch/fix.hpp>
#include <haulwatch/io/track_reader.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace haulwatch::io::detail {

/// Fixes that a parser has given and no batch has taken yet: one piece of input may hold more than a batch.
class PendingFixes {
 public:
  [[nodiscard]] bool empty() const noexcept { return taken_ == fixes_.size(); }

  void add(const Fix& fix, std::uint64_t line, std::string_view row) {
    fixes_.push_back({fix, line});
    rows_.emplace_back(row);
  }

  /// Moves as many as the batch has room for.
  void give(FixBatch& batch) {
    for (; taken_ < fixes_.size() && batch.size() < batch.limit; ++taken_) {
      batch.fixes.push_back(fixes_[taken_].fix);
      batch.add_row(fixes_[taken_].line, rows_[taken_]);
    }
    if (!empty()) return;
    fixes_.clear();
    rows_.clear();
    taken_ = 0;
  }

 private:
  struct Entry {
    Fix fix;
    std::uint64_t line = 0;
  };
  std::vector<Entry> fixes_;
  std::vector<std::string> rows_;
  std::size_t taken_ = 0;
};

}  // namespace haulwatch::io::detail
