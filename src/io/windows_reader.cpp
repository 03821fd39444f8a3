#include "windows_reader.hpp"

#include <haulwatch/io/time_text.hpp>

#include <boost/json/array.hpp>

#include <optional>

namespace haulwatch::io {
namespace {

namespace json = boost::json;
using std::chrono::minutes;

enum class Bound { start, end };

std::optional<minutes> read_clock(const JsonObject& from, const json::value* value, const std::string& pointer,
                                  Bound bound) {
  const json::string* text = value == nullptr ? nullptr : value->if_string();
  const std::string what = text != nullptr    ? "\"" + std::string{text->data(), text->size()} + "\""
                           : value != nullptr ? "it (" + std::string{kind_of(*value)} + ")"
                                              : "it (missing)";
  const std::optional<minutes> clock = text == nullptr ? std::nullopt : parse_clock({text->data(), text->size()});
  if (!clock) {
    from.fault_at(pointer, what + " is not a time of day from \"00:00\" to \"24:00\"");
  } else if (bound == Bound::start && *clock == std::chrono::hours{24}) {
    from.fault_at(pointer, "\"24:00\" ends a window and begins none: \"00:00\"");
    return std::nullopt;
  }
  return clock;
}

minutes read_utc_offset(const JsonObject& from) {
  const std::optional<std::string> text = from.text("utc_offset");
  if (!text) return minutes{0};
  const std::optional<minutes> offset = parse_utc_offset(*text);
  if (!offset) from.fault("utc_offset", "\"" + *text + "\" is not an offset from UTC, such as \"+08:00\"");
  return offset.value_or(minutes{0});
}

void read_window(const JsonObject& from, const json::value& value, const std::string& pointer,
                 std::vector<registry::DailyWindows::Window>& windows) {
  const json::array* pair = value.if_array();
  if (pair == nullptr || pair->size() != 2) {
    return from.fault_at(pointer, "is not a pair of times of day, such as [\"19:00\", \"06:00\"]");
  }
  const auto start = read_clock(from, &(*pair)[0], pointer_to(pointer, 0), Bound::start);
  const auto end = read_clock(from, &(*pair)[1], pointer_to(pointer, 1), Bound::end);
  if (start && end) windows.push_back({*start, *end});
}

}  // namespace

registry::WindowsDraft read_daily_windows(const JsonObject& from) {
  registry::WindowsDraft draft{{}, read_utc_offset(from)};
  const json::array* pairs = from.array("daily_windows", "an array of pairs of times of day");
  for (std::size_t i = 0; pairs != nullptr && i < pairs->size(); ++i) {
    read_window(from, (*pairs)[i], pointer_to(from.pointer_of("daily_windows"), i), draft.windows);
  }
  return draft;
}

registry::WindowsDraft read_open_hours(const JsonObject& from) {
  registry::WindowsDraft draft{{}, read_utc_offset(from)};
  const json::value* opens = from.find("opens");
  const json::value* closes = from.find("closes");
  if (opens == nullptr && closes == nullptr) return draft;
  const auto start = read_clock(from, opens, from.pointer_of("opens"), Bound::start);
  const auto end = read_clock(from, closes, from.pointer_of("closes"), Bound::end);
  if (start && end) draft.windows.push_back({*start, *end});
  return draft;
}

}  // namespace haulwatch::io
