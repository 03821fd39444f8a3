#pragma once

#include <haulwatch/io/detail/byte_window.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace haulwatch::io::detail {

enum class SplitFault : std::uint8_t { none, unclosed_quote, text_after_quote };

/// Cuts a record into its fields, as `read_csv_tracks` says.
class FieldSplitter {
 public:
  /// \param delimiter a blank stands for any run of blanks and tabs
  explicit FieldSplitter(char delimiter) noexcept : delimiter_{delimiter} {}

  /// Where a quoted field goes over the line's end, `line` is made longer out of `window`; with a fault it is one line.
  [[nodiscard]] SplitFault split(LineWindow& window, Line& line);

  /// Until the next `split` or the window's next line.
  [[nodiscard]] std::span<const std::string_view> fields() const noexcept { return fields_; }

 private:
  /// A field by its place in the record, which may move while it grows.
  struct Extent {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool doubled_quotes = false;
  };

  void split_plain(std::string_view line);
  void split_at_blanks(std::string_view line);
  [[nodiscard]] SplitFault split_quoted(LineWindow& window, Line& line);
  [[nodiscard]] SplitFault take_quoted(LineWindow& window, Line& line, std::size_t& at);
  [[nodiscard]] bool is_delimiter(char c) const noexcept;
  [[nodiscard]] std::size_t behind_blanks(std::string_view text, std::size_t at) const noexcept;
  void give_out(std::string_view record);

  char delimiter_;
  std::vector<std::string_view> fields_;
  std::vector<Extent> extents_;
  std::string unquoted_;
};

}  // namespace haulwatch::io::detail
