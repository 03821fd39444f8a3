#include "dose_reader.hpp"

#include <boost/json/array.hpp>

#include <cmath>
#include <optional>

namespace haulwatch::simulation {
namespace {

namespace json = boost::json;

/// A number that counts or measures something: not negative.
std::optional<double> size_in(const json::value& value) {
  double number = -1.0;
  if (value.is_double()) number = value.as_double();
  if (value.is_int64()) number = static_cast<double>(value.as_int64());
  if (value.is_uint64()) number = static_cast<double>(value.as_uint64());
  return std::isfinite(number) && number >= 0.0 ? std::optional{number} : std::nullopt;
}

std::optional<std::pair<double, double>> pair_in(const json::value& value) {
  if (!value.is_array() || value.as_array().size() != 2) return std::nullopt;
  const std::optional<double> first = size_in(value.as_array()[0]);
  const std::optional<double> second = size_in(value.as_array()[1]);
  if (!first || !second) return std::nullopt;
  return std::pair{*first, *second};
}

std::optional<Choice::Option> option_in(const json::value& value) {
  if (const auto weighted = pair_in(value)) return Choice::Option{weighted->first, weighted->second};
  if (const auto alone = size_in(value)) return Choice::Option{*alone, 1.0};
  return std::nullopt;
}

/// Nothing where one option is no such thing, or none has any weight.
std::optional<Choice> choice_in(const json::value& value) {
  if (!value.is_array()) return std::nullopt;
  Choice choice;
  double total = 0.0;
  for (const json::value& element : value.as_array()) {
    const std::optional<Choice::Option> option = option_in(element);
    if (!option) return std::nullopt;
    choice.options.push_back(*option);
    total += option->weight;
  }
  return total > 0.0 ? std::optional{std::move(choice)} : std::nullopt;
}

}  // namespace

void DoseReader::read_one(const json::value& value, const std::string& pointer, double& dose) const {
  if (const auto size = size_in(value))
    dose = *size;
  else
    refuse(pointer, "expected a number of at least 0");
}

void DoseReader::read_one(const json::value& value, const std::string& pointer, Share& dose) const {
  const auto share = size_in(value);
  if (share && *share <= 1.0)
    dose.value = *share;
  else
    refuse(pointer, "expected a share, a number from 0 to 1");
}

void DoseReader::read_one(const json::value& value, const std::string& pointer, Range& dose) const {
  const auto range = pair_in(value);
  if (range && range->first <= range->second)
    dose = {range->first, range->second};
  else
    refuse(pointer, "expected a range, [low, high], of numbers of at least 0");
}

void DoseReader::read_one(const json::value& value, const std::string& pointer, Choice& dose) const {
  if (auto choice = choice_in(value))
    dose = std::move(*choice);
  else
    refuse(pointer, "expected a choice, a list of values or of [value, weight], one weight at least above 0");
}

std::string DoseReader::pointer_to(std::string_view name) const {
  std::string pointer = pointer_ + '/';
  for (const char c : name) {
    if (c == '~')
      pointer += "~0";
    else if (c == '/')
      pointer += "~1";
    else
      pointer += c;
  }
  return pointer;
}

void DoseReader::refuse_others(const std::vector<std::string_view>& known) const {
  for (const auto& member : object_) {
    const std::string_view name{member.key().data(), member.key().size()};
    if (std::find(known.begin(), known.end(), name) == known.end()) refuse(pointer_to(name), "unknown name");
  }
}

void DoseReader::refuse(std::string pointer, std::string message) const {
  faults_.push_back({.pointer = std::move(pointer), .message = std::move(message)});
}

}  // namespace haulwatch::simulation
