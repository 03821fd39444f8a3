#pragma once

#include <haulwatch/io/byte_source.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

namespace haulwatch::io::detail {

/// The bytes of a source that have been read and not yet taken, in one piece.
class ByteWindow {
 public:
  explicit ByteWindow(std::unique_ptr<ByteSource> source) : source_{std::move(source)} {}

  [[nodiscard]] std::string_view ahead() const noexcept { return {buffer_.get() + begin_, end_ - begin_}; }

  /// Reads on, behind `ahead`, whose earlier views are void then; false at the end.
  /// \throws FileError
  bool more();

  /// Gives up the first `n` bytes of `ahead`.
  void take(std::size_t n) noexcept { begin_ += n; }

  [[nodiscard]] const ByteSource& source() const noexcept { return *source_; }

 private:
  [[nodiscard]] std::size_t room() const noexcept { return capacity_ - end_; }
  void make_room();

  std::unique_ptr<ByteSource> source_;
  std::unique_ptr<char[]> buffer_;  ///< not a vector, which would fill with zeros what is read over at once
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

/// One line of text, or several that belong to one record.
struct Line {
  std::string_view text;     ///< without the last line end
  std::uint64_t number = 0;  ///< of its first line, from 1
  bool cut = false;          ///< it is longer than `longest_line`, and `text` only its beginning
};

inline constexpr std::size_t longest_line = 16U << 20;

/// Cuts a window into lines at LF or CRLF.
class LineWindow {
 public:
  explicit LineWindow(ByteWindow window) : window_{std::move(window)} {}

  /// Goes on to the next line; false at the end.
  /// \throws FileError where the source breaks off; every whole line before has been given by then
  bool next(Line& line);

  /// Makes `line`, got from `next`, reach over the line behind it too; false, and `line` valid still, at the end of the
  /// input, where the source breaks off, and when it would become longer than `most` bytes.
  bool extend(Line& line, std::size_t most);

  /// Gives back what `extend` took.
  void shorten(Line& line) noexcept;

  [[nodiscard]] const ByteSource& source() const noexcept { return window_.source(); }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  [[nodiscard]] std::size_t find_end(std::size_t from, std::size_t most);
  bool skip_rest_of_line();

  ByteWindow window_;
  std::size_t taken_ = 0;        ///< length of the current record with its line end
  std::size_t first_taken_ = 0;  ///< length of its first line with its line end
  std::uint64_t lines_ = 0;      ///< line ends passed before the current record
  std::uint64_t extended_ = 0;   ///< line ends inside it
  bool skip_rest_ = false;
};

}  // namespace haulwatch::io::detail
