#include <haulwatch/io/settings_reader.hpp>

#include "json_document.hpp"
#include "json_object.hpp"
#include "whole_file.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

namespace haulwatch::io {
namespace {

namespace json = boost::json;
using Option = SettingsTable::Option;
using Kind = SettingsTable::Kind;

/// The fewest digits that read back as the same number, without an exponent where that reads better.
std::string text_of(double value) {
  std::array<char, 40> text{};
  const auto shortest = std::to_chars(text.data(), text.data() + text.size(), value);
  const auto exponent_at = std::find(text.data(), shortest.ptr, 'e');
  if (exponent_at == shortest.ptr || std::abs(value) >= 1e15 || std::abs(value) < 1e-9) {
    return {text.data(), shortest.ptr};
  }
  const auto plain = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  return plain.ec == std::errc{} ? std::string{text.data(), plain.ptr} : std::string{text.data(), shortest.ptr};
}

std::string expectation(const Option& option) {
  if (option.kind == Kind::flag) return "true or false";
  const std::string number = option.kind == Kind::count ? "a whole number" : "a number";
  return number + " from " + text_of(option.allowed.min) + " to " + text_of(option.allowed.max);
}

/// The option's value where the JSON value is one that it may have.
std::optional<double> value_in(const json::value& value, const Option& option) {
  if (option.kind == Kind::flag) return value.is_bool() ? std::optional{value.get_bool() ? 1.0 : 0.0} : std::nullopt;
  const std::optional<double> number = number_in(value);
  const bool in_range = number && *number >= option.allowed.min && *number <= option.allowed.max;
  if (!in_range || (option.kind == Kind::count && std::trunc(*number) != *number)) return std::nullopt;
  return number;
}

bool is_comment(std::string_view key) noexcept {
  return key.starts_with("//");
}

std::string_view view(json::string_view text) noexcept {
  return {text.data(), text.size()};
}

void read_group(const json::object& group, std::string_view name, const std::vector<Option>& options, void* values,
                std::vector<Fault>& faults) {
  for (const auto& [key, value] : group) {
    if (is_comment(view(key))) continue;
    const std::string pointer = pointer_to(pointer_to("", name), view(key));
    const auto option = std::ranges::find_if(
        options, [&, wanted = view(key)](const Option& o) { return o.group == name && o.key == wanted; });
    if (option == options.end()) {
      faults.push_back({"", pointer, "there is no such option"});
    } else if (const std::optional<double> number = value_in(value, *option)) {
      option->set(values, *number);
    } else {
      faults.push_back({"", pointer, "is " + json::serialize(value) + ", expected " + expectation(*option)});
    }
  }
}

std::string written(const Option& option, double value) {
  if (option.kind == Kind::flag) return value != 0.0 ? "true" : "false";
  return text_of(value);
}

std::string comment_of(const Option& option) {
  std::string text = option.why.reason;
  if (!option.why.source.empty()) text += " (" + option.why.source + ")";
  return json::serialize(json::string{text + "; " + expectation(option)});
}

}  // namespace

void SettingsTable::add(Option option) {
  const auto is_same_group = [&option](const Option& other) { return other.group == option.group; };
  const auto twin = std::ranges::find_if(
      options_, [&](const Option& other) { return is_same_group(other) && other.key == option.key; });
  if (twin != options_.end()) throw Error{"the settings key " + option.group + "." + option.key + " stands twice"};
  const auto last = std::find_if(options_.rbegin(), options_.rend(), is_same_group);
  options_.insert(last == options_.rend() ? options_.end() : last.base(), std::move(option));
}

std::vector<Fault> SettingsTable::read(std::string_view text, void* values) const {
  JsonReading document = read_json(text);
  std::vector<Fault> faults = std::move(document.faults);
  if (!document.root) return faults;
  const json::object* groups = document.root->if_object();
  if (groups == nullptr) {
    faults.push_back({"", "", "is " + std::string{kind_of(*document.root)} + ", expected an object of groups"});
    return faults;
  }
  for (const auto& [key, value] : *groups) {
    const std::string_view name = view(key);
    if (is_comment(name)) continue;
    if (std::ranges::find(options_, name, &Option::group) == options_.end()) {
      faults.push_back({"", pointer_to("", name), "there is no such group of options"});
    } else if (!value.is_object()) {
      faults.push_back({"", pointer_to("", name), "is " + std::string{kind_of(value)} + ", expected an object"});
    } else {
      read_group(value.get_object(), name, options_, values, faults);
    }
  }
  return faults;
}

std::string SettingsTable::to_json_text(const void* values) const {
  std::string text = "{";
  std::string_view group;
  for (const Option& option : options_) {
    const bool opens_group = option.group != group;
    if (opens_group) {
      text += group.empty() ? "\n" : "\n  },\n";
      text += "  " + json::serialize(json::string{option.group}) + ": {\n";
      group = option.group;
    } else {
      text += ",\n";
    }
    text += "    " + json::serialize(json::string{"//" + option.key}) + ": " + comment_of(option) + ",\n";
    text += "    " + json::serialize(json::string{option.key}) + ": " + written(option, option.get(values));
  }
  return text + (options_.empty() ? "}\n" : "\n  }\n}\n");
}

std::string settings_text(const std::string& path) {
  return whole_file(path);
}

double detail::decimal_of(float value) noexcept {
  std::array<char, 32> text{};
  const char* end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  double decimal = 0.0;
  std::from_chars(text.data(), end, decimal);
  return decimal;
}

}  // namespace haulwatch::io
