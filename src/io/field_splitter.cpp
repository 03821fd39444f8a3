#include <haulwatch/io/detail/field_splitter.hpp>

#include <haulwatch/io/detail/number_text.hpp>

#include <algorithm>
#include <cstring>

namespace haulwatch::io::detail {
namespace {

/// A quoted field longer than this has far likelier lost its closing quote.
constexpr std::size_t longest_quoted = 64U << 10;

}  // namespace

SplitFault FieldSplitter::split(LineWindow& window, Line& line) {
  if (line.text.find('"') != std::string_view::npos) return split_quoted(window, line);
  fields_.clear();
  if (delimiter_ == ' ') {
    split_at_blanks(line.text);
  } else {
    split_plain(line.text);
  }
  return SplitFault::none;
}

void FieldSplitter::split_plain(std::string_view line) {
  const char* at = line.data();
  const char* const end = at + line.size();
  for (;;) {
    const void* const found = std::memchr(at, delimiter_, static_cast<std::size_t>(end - at));
    const char* const stop = found == nullptr ? end : static_cast<const char*>(found);
    fields_.emplace_back(at, static_cast<std::size_t>(stop - at));
    if (stop == end) return;
    at = stop + 1;
  }
}

void FieldSplitter::split_at_blanks(std::string_view line) {
  for (std::size_t at = behind_blanks(line, 0); at < line.size(); at = behind_blanks(line, at)) {
    const std::size_t begin = at;
    while (at < line.size() && !is_blank(line[at])) ++at;
    fields_.push_back(line.substr(begin, at - begin));
  }
}

bool FieldSplitter::is_delimiter(char c) const noexcept {
  return delimiter_ == ' ' ? is_blank(c) : c == delimiter_;
}

std::size_t FieldSplitter::behind_blanks(std::string_view text, std::size_t at) const noexcept {
  while (at < text.size() && is_blank(text[at]) && (delimiter_ == ' ' || text[at] != delimiter_)) ++at;
  return at;
}

SplitFault FieldSplitter::split_quoted(LineWindow& window, Line& line) {
  extents_.clear();
  std::size_t at = 0;
  for (;;) {
    const std::size_t begin = at;
    at = behind_blanks(line.text, at);
    if (delimiter_ == ' ' && at == line.text.size()) break;
    if (at < line.text.size() && line.text[at] == '"') {
      const SplitFault fault = take_quoted(window, line, at);
      if (fault != SplitFault::none) return fault;
    } else {
      while (at < line.text.size() && !is_delimiter(line.text[at])) ++at;
      extents_.push_back({begin, at});
    }
    if (at == line.text.size()) break;
    ++at;
  }
  give_out(line.text);
  return SplitFault::none;
}

/// Takes the quoted field that opens at `at`, and goes on to the delimiter behind it or to the record's end.
SplitFault FieldSplitter::take_quoted(LineWindow& window, Line& line, std::size_t& at) {
  const std::size_t opening = at;
  const std::size_t most = opening + longest_quoted;
  Extent field{opening + 1, 0, false};
  for (std::size_t from = opening + 1;;) {
    const std::size_t quote = line.text.find('"', from);
    if (quote == std::string_view::npos) {
      from = line.text.size();
      if (from < most && window.extend(line, most)) continue;
      window.shorten(line);
      return SplitFault::unclosed_quote;
    }
    if (quote + 1 < line.text.size() && line.text[quote + 1] == '"') {
      field.doubled_quotes = true;
      from = quote + 2;
      continue;
    }
    field.end = quote;
    break;
  }
  extents_.push_back(field);
  at = behind_blanks(line.text, field.end + 1);
  if (at == line.text.size()) return SplitFault::none;
  if (is_delimiter(line.text[at])) return SplitFault::none;
  if (delimiter_ == ' ' && at > field.end + 1) {
    --at;  // the blank that ended the field
    return SplitFault::none;
  }
  window.shorten(line);
  return SplitFault::text_after_quote;
}

void FieldSplitter::give_out(std::string_view record) {
  fields_.clear();
  unquoted_.clear();
  unquoted_.reserve(record.size());  // so that no view into it goes void
  for (const Extent& extent : extents_) {
    const std::string_view field = record.substr(extent.begin, extent.end - extent.begin);
    if (!extent.doubled_quotes) {
      fields_.push_back(field);
      continue;
    }
    const std::size_t begin = unquoted_.size();
    for (std::size_t i = 0; i < field.size(); ++i) {
      unquoted_ += field[i];
      if (field[i] == '"') ++i;
    }
    fields_.emplace_back(unquoted_.data() + begin, unquoted_.size() - begin);
  }
}

}  // namespace haulwatch::io::detail
