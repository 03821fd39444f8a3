#include "json_document.hpp"

#include <haulwatch/io/detail/number_text.hpp>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/value_stack.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <set>
#include <utility>

namespace haulwatch::io {
namespace {

namespace json = boost::json;

constexpr std::size_t most_depth = 64;  // GeoJSON needs 9; beyond it is junk, or an attack on the stack

/// Builds the value as the parser goes along, and watches for keys that stand twice in one object.
/// The names of its functions are those that Boost.JSON calls.
class ValueBuilder {
 public:
  static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_array_size = max_object_size;
  static constexpr std::size_t max_key_size = json::string::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();

  ValueBuilder() { stack_.reset(json::make_shared_resource<json::monotonic_resource>()); }

  [[nodiscard]] json::value release() { return stack_.release(); }
  [[nodiscard]] std::vector<Fault> take_faults() { return std::move(faults_); }

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }

  bool on_object_begin(json::error_code&) {
    open(false);
    return true;
  }
  bool on_object_end(std::size_t size, json::error_code&) {
    levels_.pop_back();
    stack_.push_object(size);
    return true;
  }
  bool on_array_begin(json::error_code&) {
    open(true);
    return true;
  }
  bool on_array_end(std::size_t size, json::error_code&) {
    levels_.pop_back();
    stack_.push_array(size);
    return true;
  }

  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    key_.append(part.data(), part.size());
    stack_.push_chars(part);
    return true;
  }
  bool on_key(json::string_view part, std::size_t, json::error_code&) {
    key_.append(part.data(), part.size());
    stack_.push_key(part);
    note_key();
    return true;
  }

  bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_string(json::string_view part, std::size_t, json::error_code&) {
    stack_.push_string(part);
    return count_element();
  }
  bool on_number_part(json::string_view part, json::error_code&) {
    number_.append(part.data(), part.size());
    return true;
  }
  bool on_int64(std::int64_t value, json::string_view, json::error_code&) {
    number_.clear();
    stack_.push_int64(value);
    return count_element();
  }
  bool on_uint64(std::uint64_t value, json::string_view, json::error_code&) {
    number_.clear();
    stack_.push_uint64(value);
    return count_element();
  }
  /// Boost.JSON 1.81 rounds some decimals to a neighbour of the nearest double: the digits are read again.
  bool on_double(double value, json::string_view part, json::error_code&) {
    number_.append(part.data(), part.size());
    const std::optional<double> nearest = detail::parse_number(number_);
    number_.clear();
    stack_.push_double(nearest.value_or(value));
    return count_element();
  }
  bool on_bool(bool value, json::error_code&) {
    stack_.push_bool(value);
    return count_element();
  }
  bool on_null(json::error_code&) {
    stack_.push_null();
    return count_element();
  }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
  struct Level {
    bool is_array = false;
    std::size_t elements = 0;    ///< begun so far
    std::string key;             ///< the newest
    std::set<std::string> keys;  ///< of an object
  };

  bool count_element() {
    if (!levels_.empty()) ++levels_.back().elements;
    return true;
  }

  void open(bool is_array) {
    count_element();
    levels_.push_back({is_array, 0, {}, {}});
  }

  void note_key() {
    Level& object = levels_.back();
    object.key = std::exchange(key_, {});
    if (object.keys.insert(object.key).second) return;
    faults_.push_back({"", pointer(), "the key \"" + object.key + "\" stands twice in one object"});
  }

  [[nodiscard]] std::string pointer() const {
    std::string path;
    for (const Level& level : levels_) {
      path = level.is_array ? pointer_to(path, level.elements - 1) : pointer_to(path, level.key);
    }
    return path;
  }

  json::value_stack stack_;
  std::vector<Level> levels_;
  std::string key_;
  std::string number_;
  std::vector<Fault> faults_;
};

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

enum class Place { line_and_column, column };

/// \param offset where the parser stopped
std::string place_in(std::string_view text, std::size_t offset, Place place) {
  const std::string_view before = text.substr(0, offset);
  const auto line = 1 + std::ranges::count(before, '\n');
  const std::string_view on_line = before.substr(before.rfind('\n') + 1);
  const auto is_first_byte = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  const std::string column = "column " + std::to_string(1 + std::ranges::count_if(on_line, is_first_byte));
  return place == Place::column ? column : "line " + std::to_string(line) + ", " + column;
}

JsonReading read(std::string_view text, Place place) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  json::parse_options options;
  options.max_depth = most_depth;
  json::basic_parser<ValueBuilder> parser{options};
  json::error_code error;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), error);

  const std::size_t rest = text.find_first_not_of(" \t\r\n", used);
  if (!error && rest == std::string_view::npos) return {parser.handler().release(), parser.handler().take_faults()};
  const std::string cause = error ? error.message() : "something follows the value";
  const std::size_t at = error ? std::min(used, text.size()) : rest;
  return {std::nullopt, {{"", "", "not JSON: " + cause + " at " + place_in(text, at, place)}}};
}

}  // namespace

std::string pointer_to(const std::string& parent, std::string_view key) {
  std::string pointer = parent + "/";
  for (const char c : key) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
  return pointer;
}

std::string pointer_to(const std::string& parent, std::size_t index) {
  return parent + "/" + std::to_string(index);
}

JsonReading read_json(std::string_view text) {
  return read(text, Place::line_and_column);
}

JsonReading read_json_line(std::string_view line) {
  return read(line, Place::column);
}

}  // namespace haulwatch::io
