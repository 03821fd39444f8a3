#include "json_object.hpp"

#include <haulwatch/io/time_text.hpp>

#include <boost/json/array.hpp>

#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace haulwatch::io {

namespace json = boost::json;

std::string_view kind_of(const json::value& value) noexcept {
  switch (value.kind()) {
    case json::kind::null:
      return "null";
    case json::kind::bool_:
      return value.get_bool() ? "true" : "false";
    case json::kind::string:
      return "text";
    case json::kind::array:
      return "an array";
    case json::kind::object:
      return "an object";
    default:
      return "a number";
  }
}

std::optional<double> number_in(const json::value& value) noexcept {
  if (const auto* whole = value.if_int64()) return static_cast<double>(*whole);
  if (const auto* large = value.if_uint64()) return static_cast<double>(*large);
  if (const auto* number = value.if_double()) return *number;
  return std::nullopt;
}

std::optional<std::string> id_in(const json::value& value) {
  if (const json::string* text = value.if_string()) return std::string{text->data(), text->size()};
  if (const auto* whole = value.if_int64()) return std::to_string(*whole);
  if (const auto* large = value.if_uint64()) return std::to_string(*large);
  const auto* number = value.if_double();
  if (number == nullptr) return std::nullopt;
  std::array<char, 32> text{};
  return std::string{text.data(), std::to_chars(text.data(), text.data() + text.size(), *number).ptr};
}

JsonObject::JsonObject(const json::object& object, std::string pointer, std::string object_name,
                       std::vector<Fault>& faults)
    : object_{object}, pointer_{std::move(pointer)}, name_{std::move(object_name)}, faults_{faults} {}

const json::value* JsonObject::find(std::string_view key) const noexcept {
  const json::value* found = object_.if_contains(json::string_view{key.data(), key.size()});
  return found == nullptr || found->is_null() ? nullptr : found;
}

std::optional<std::string> JsonObject::text(std::string_view key) const {
  const json::value* found = find(key);
  if (found == nullptr) return std::nullopt;
  if (const json::string* text = found->if_string()) return std::string{text->data(), text->size()};
  wrong_type(key, *found, "text");
  return std::nullopt;
}

std::optional<std::string> JsonObject::id(std::string_view key) const {
  const json::value* found = find(key);
  if (found == nullptr) return std::nullopt;
  std::optional<std::string> id = id_in(*found);
  if (!id) wrong_type(key, *found, "text");
  return id;
}

std::vector<std::string> JsonObject::ids(std::string_view key) const {
  const json::array* all = array(key, "an array of texts");
  std::vector<std::string> ids;
  for (std::size_t i = 0; all != nullptr && i < all->size(); ++i) {
    if (std::optional<std::string> id = id_in((*all)[i])) {
      ids.push_back(std::move(*id));
    } else {
      fault_at(pointer_to(pointer_of(key), i), "is " + std::string{kind_of((*all)[i])} + ", expected text");
    }
  }
  return ids;
}

std::optional<double> JsonObject::number(std::string_view key) const {
  const json::value* found = find(key);
  if (found == nullptr) return std::nullopt;
  const std::optional<double> number = number_in(*found);
  if (!number) wrong_type(key, *found, "a number");
  return number;
}

std::optional<std::uint32_t> JsonObject::count(std::string_view key) const {
  const std::optional<double> value = number(key);
  if (!value) return std::nullopt;
  constexpr auto most = std::numeric_limits<std::uint32_t>::max();
  if (*value >= 0.0 && *value <= most) {
    const auto whole = static_cast<std::uint32_t>(*value);
    if (static_cast<double>(whole) == *value) return whole;
  }
  fault(key, "is not a whole number from 0 to " + std::to_string(most));
  return std::nullopt;
}

std::optional<bool> JsonObject::flag(std::string_view key) const {
  const json::value* found = find(key);
  if (found == nullptr) return std::nullopt;
  if (const bool* flag = found->if_bool()) return *flag;
  wrong_type(key, *found, "true or false");
  return std::nullopt;
}

std::optional<TimeUtc> JsonObject::time(std::string_view key) const {
  const std::optional<std::string> text_found = text(key);
  if (!text_found) return std::nullopt;
  const std::optional<TimeUtc> time = parse_rfc3339(*text_found);
  if (!time) {
    fault(key, "\"" + *text_found + "\" is not a time of RFC 3339 with an offset, such as 2026-01-02T03:04:05+08:00");
  }
  return time;
}

const json::array* JsonObject::array(std::string_view key, std::string_view expected) const {
  const json::value* found = find(key);
  if (found == nullptr) return nullptr;
  if (!found->is_array()) wrong_type(key, *found, expected);
  return found->if_array();
}

const json::object* JsonObject::object(std::string_view key, std::string_view expected) const {
  const json::value* found = find(key);
  if (found == nullptr) return nullptr;
  if (!found->is_object()) wrong_type(key, *found, expected);
  return found->if_object();
}

void JsonObject::fault(std::string_view key, std::string message) const {
  fault_at(pointer_of(key), std::move(message));
}

void JsonObject::fault_at(std::string pointer, std::string message) const {
  faults_.push_back({name_, std::move(pointer), std::move(message)});
}

void JsonObject::wrong_type(std::string_view key, const json::value& found, std::string_view expected) const {
  fault(key, "is " + std::string{kind_of(found)} + ", expected " + std::string{expected});
}

}  // namespace haulwatch::io
