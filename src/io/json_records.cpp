#include <haulwatch/io/detail/json_records.hpp>

#include <haulwatch/error.hpp>

#include <utility>

namespace haulwatch::io::detail {
namespace {

constexpr std::string_view blanks = " \t\r\n";

/// Cuts an array into its elements by its brackets, commas and quotes alone: what an element says is for its parser.
class ArrayElements final : public JsonRecords {
 public:
  explicit ArrayElements(ByteWindow window) : window_{std::move(window)} {}

  bool next(JsonRecord& record) override {
    window_.take(taken_);
    taken_ = 0;
    if (closed_) return nothing_follows();
    if (!opened_) open();
    skip_blanks();
    if (number_ == 0 && front() == ']') {
      closed_ = true;
      taken_ = 1;
      return nothing_follows();
    }
    const std::size_t end = find_end();
    ++number_;
    record = {without_blanks(window_.ahead().substr(0, end)), number_, false};
    closed_ = window_.ahead()[end] == ']';
    taken_ = end + 1;
    return true;
  }
  [[nodiscard]] const ByteSource& source() const noexcept override { return window_.source(); }

 private:
  [[nodiscard]] static std::string_view without_blanks(std::string_view text) noexcept {
    const std::size_t last = text.find_last_not_of(blanks);
    return last == std::string_view::npos ? std::string_view{} : text.substr(0, last + 1);
  }

  /// Reads to the end, so that a fault of the source behind the array is not passed over. \return false
  bool nothing_follows() {
    window_.take(std::exchange(taken_, 0));
    do {
      const std::size_t other = window_.ahead().find_first_not_of(blanks);
      if (other != std::string_view::npos) throw FileError{source().name() + ": something follows the array"};
      window_.take(window_.ahead().size());
    } while (window_.more());
    return false;
  }

  [[nodiscard]] char front() {
    if (window_.ahead().empty() && !window_.more()) break_off();
    return window_.ahead().front();
  }

  void skip_blanks() {
    while (blanks.find(front()) != std::string_view::npos) window_.take(1);
  }

  void open() {
    skip_blanks();
    window_.take(1);  // the bracket
    opened_ = true;
  }

  /// Where the element ends: at the comma or the bracket behind it.
  [[nodiscard]] std::size_t find_end() {
    std::size_t depth = 0;
    bool in_text = false;
    for (std::size_t at = 0;; ++at) {
      if (at > longest_line) throw FileError{element() + " is longer than 16 MiB"};
      while (at >= window_.ahead().size()) {
        if (!window_.more()) break_off();
      }
      const char c = window_.ahead()[at];
      if (in_text) {
        if (c == '\\') ++at;
        in_text = c != '"';
      } else if (c == '"') {
        in_text = true;
      } else if (c == '{' || c == '[') {
        ++depth;
      } else if (depth == 0 && (c == ',' || c == ']')) {
        return at;
      } else if ((c == '}' || c == ']') && depth > 0) {
        --depth;
      }
    }
  }

  [[nodiscard]] std::string element() const {
    return source().name() + ": element " + std::to_string(number_ + 1) + " of the array";
  }
  [[noreturn]] void break_off() const { throw FileError{element() + " is cut off: the input ends inside the array"}; }

  ByteWindow window_;
  std::size_t taken_ = 0;  ///< length of the newest element with the mark behind it
  std::uint64_t number_ = 0;
  bool opened_ = false;
  bool closed_ = false;
};

class JsonLines final : public JsonRecords {
 public:
  explicit JsonLines(ByteWindow window) : lines_{std::move(window)} {}

  bool next(JsonRecord& record) override {
    Line line;
    do {
      if (!lines_.next(line)) return false;
    } while (line.text.find_first_not_of(blanks) == std::string_view::npos);
    record = {line.text, line.number, line.cut};
    return true;
  }
  [[nodiscard]] const ByteSource& source() const noexcept override { return lines_.source(); }

 private:
  LineWindow lines_;
};

}  // namespace

std::unique_ptr<JsonRecords> json_records(ByteWindow window) {
  std::size_t first = window.ahead().find_first_not_of(blanks);
  while (first == std::string_view::npos && window.ahead().size() < longest_line && window.more()) {
    first = window.ahead().find_first_not_of(blanks);
  }
  if (first != std::string_view::npos && window.ahead()[first] == '[') {
    return std::make_unique<ArrayElements>(std::move(window));
  }
  return std::make_unique<JsonLines>(std::move(window));
}

}  // namespace haulwatch::io::detail
