#include <haulwatch/io/detail/byte_window.hpp>

#include <haulwatch/error.hpp>

#include <algorithm>
#include <cstring>
#include <span>

namespace haulwatch::io::detail {
namespace {

constexpr std::size_t block = 512U << 10;

[[nodiscard]] std::string_view without_carriage_return(std::string_view line) noexcept {
  return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
}

}  // namespace

void ByteWindow::make_room() {
  const std::string_view kept = ahead();
  if (capacity_ - kept.size() >= block) {
    std::memmove(buffer_.get(), kept.data(), kept.size());
  } else {
    const std::size_t capacity = 2 * std::max(capacity_, block);
    auto larger = std::make_unique_for_overwrite<char[]>(capacity);
    kept.copy(larger.get(), kept.size());
    buffer_ = std::move(larger);
    capacity_ = capacity;
  }
  begin_ = 0;
  end_ = kept.size();
}

bool ByteWindow::more() {
  if (room() < block) make_room();
  const std::size_t n = source_->read(std::span{buffer_.get() + end_, room()});
  end_ += n;
  return n > 0;
}

/// Where the line that begins at `from` of the window ends: at its LF, at the end of the input, or nowhere within
/// `most` bytes (`none`).
std::size_t LineWindow::find_end(std::size_t from, std::size_t most) {
  for (std::size_t seen = from;;) {
    const std::string_view rest = window_.ahead().substr(seen, from + most - seen);
    if (const std::size_t found = rest.find('\n'); found != std::string_view::npos) return seen + found;
    seen += rest.size();
    if (seen == from + most) return none;
    if (!window_.more()) return window_.ahead().size();
  }
}

bool LineWindow::next(Line& line) {
  window_.take(taken_);
  lines_ += extended_ + (taken_ > 0 ? 1 : 0);
  taken_ = 0;
  extended_ = 0;
  if (skip_rest_ && !skip_rest_of_line()) return false;
  const std::size_t end = find_end(0, longest_line);
  const std::string_view ahead = window_.ahead();
  line = {ahead.substr(0, end), lines_ + 1, end == none};
  if (end == none) {
    line.text = ahead.substr(0, longest_line);
    skip_rest_ = true;
    return true;
  }
  if (ahead.empty()) return false;
  line.text = without_carriage_return(line.text);
  taken_ = std::min(end + 1, ahead.size());
  first_taken_ = taken_;
  return true;
}

bool LineWindow::skip_rest_of_line() {
  for (;;) {
    const std::string_view ahead = window_.ahead();
    const std::size_t end = ahead.find('\n');
    if (end != std::string_view::npos) {
      window_.take(end + 1);
      break;
    }
    window_.take(ahead.size());
    if (!window_.more()) return false;
  }
  ++lines_;
  skip_rest_ = false;
  return true;
}

bool LineWindow::extend(Line& line, std::size_t most) {
  const std::size_t length = taken_;
  if (line.cut || length >= most) return false;
  const std::size_t offset_known = line.text.size();
  std::size_t end = none;
  bool whole = true;
  try {
    end = find_end(length, most - length);
  } catch (const FileError&) {
    whole = false;  // the source throws again when the next line is asked for
  }
  const std::string_view ahead = window_.ahead();
  if (!whole || end == none || length >= ahead.size()) {
    line.text = ahead.substr(0, offset_known);  // reading on may have moved it
    return false;
  }
  line.text = without_carriage_return(ahead.substr(0, end));
  taken_ = std::min(end + 1, ahead.size());
  ++extended_;
  return true;
}

void LineWindow::shorten(Line& line) noexcept {
  taken_ = first_taken_;
  extended_ = 0;
  const std::string_view first = window_.ahead().substr(0, first_taken_);
  line.text = without_carriage_return(first.ends_with('\n') ? first.substr(0, first.size() - 1) : first);
}

}  // namespace haulwatch::io::detail
