#include "terminal_profile_reader.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

namespace haulwatch::simulation {
namespace {

namespace json = boost::json;

std::optional<double> number_in(const json::value& value) {
  if (value.is_double() && std::isfinite(value.as_double())) return value.as_double();
  if (value.is_int64()) return static_cast<double>(value.as_int64());
  if (value.is_uint64()) return static_cast<double>(value.as_uint64());
  return std::nullopt;
}

/// A number that counts or measures something: not negative.
std::optional<double> size_in(const json::value& value) {
  const std::optional<double> number = number_in(value);
  return number && *number >= 0.0 ? number : std::nullopt;
}

std::optional<std::pair<double, double>> pair_in(const json::value& value) {
  if (!value.is_array() || value.as_array().size() != 2) return std::nullopt;
  const std::optional<double> first = size_in(value.as_array()[0]);
  const std::optional<double> second = size_in(value.as_array()[1]);
  if (!first || !second) return std::nullopt;
  return std::pair{*first, *second};
}

/// Puts the members of one JSON object where they belong.
class DoseReader {
 public:
  DoseReader(const json::object& object, std::string pointer, std::vector<Fault>& faults)
      : object_{object}, pointer_{std::move(pointer)}, faults_{faults} {}

  template <class Doses>
  void read(Doses& doses) {
    std::vector<std::string_view> known;
    visit_doses(doses, [&](std::string_view name, auto& dose) {
      known.push_back(name);
      if (const json::value* value = object_.if_contains(name)) read_one(*value, pointer_to(name), dose);
    });
    refuse_others(known);
  }

 private:
  /// Names of doses need no escapes, those of strangers may.
  [[nodiscard]] std::string pointer_to(std::string_view name) const {
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

  void refuse_others(const std::vector<std::string_view>& known) {
    for (const auto& member : object_) {
      const std::string_view name{member.key().data(), member.key().size()};
      if (std::find(known.begin(), known.end(), name) == known.end()) refuse(pointer_to(name), "unknown dose");
    }
  }

  void refuse(std::string pointer, std::string message) {
    faults_.push_back({.pointer = std::move(pointer), .message = std::move(message)});
  }

  void read_one(const json::value& value, const std::string& pointer, double& dose) {
    if (const auto size = size_in(value))
      dose = *size;
    else
      refuse(pointer, "expected a number of at least 0");
  }

  void read_one(const json::value& value, const std::string& pointer, Share& dose) {
    const auto share = size_in(value);
    if (share && *share <= 1.0)
      dose.value = *share;
    else
      refuse(pointer, "expected a share, a number from 0 to 1");
  }

  void read_one(const json::value& value, const std::string& pointer, Range& dose) {
    const auto range = pair_in(value);
    if (range && range->first <= range->second)
      dose = {range->first, range->second};
    else
      refuse(pointer, "expected a range, [low, high] of numbers of at least 0");
  }

  void read_one(const json::value& value, const std::string& pointer, Choice& dose) {
    Choice choice;
    double total = 0.0;
    bool sound = value.is_array();
    if (sound)
      for (const json::value& element : value.as_array()) {
        const auto weighted = pair_in(element);
        const auto alone = size_in(element);
        sound = sound && (weighted || alone);
        choice.options.push_back(weighted ? Choice::Option{weighted->first, weighted->second}
                                          : Choice::Option{alone.value_or(0.0), 1.0});
        total += choice.options.back().weight;
      }
    if (sound && total > 0.0)
      dose = std::move(choice);
    else
      refuse(pointer, "expected a choice, a list of values or of [value, weight], one weight at least above 0");
  }

  void read_one(const json::value& value, const std::string& pointer, Spells& dose) {
    if (!value.is_object()) return refuse(pointer, "expected spells, an object of per_day, median_s and spread");
    DoseReader{value.as_object(), pointer, faults_}.read(dose);
  }

  template <class Group>
  void read_one(const json::value& value, const std::string& pointer, Group& group) {
    if (!value.is_object()) return refuse(pointer, "expected an object of doses");
    DoseReader{value.as_object(), pointer, faults_}.read(group);
  }

  const json::object& object_;
  std::string pointer_;
  std::vector<Fault>& faults_;
};

}  // namespace

TerminalProfile read_terminal_profile(const boost::json::object& object, const std::string& pointer,
                                      std::vector<Fault>& faults) {
  TerminalProfile profile;
  DoseReader{object, pointer, faults}.read(profile);
  return profile;
}

}  // namespace haulwatch::simulation
