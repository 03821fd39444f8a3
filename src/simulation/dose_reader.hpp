#pragma once

#include <haulwatch/error.hpp>
#include <haulwatch/simulation/terminal_profile.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace haulwatch::simulation {

/// Puts the members of one JSON object into the doses of the same names; see `read_doses`.
class DoseReader {
 public:
  DoseReader(const boost::json::object& object, std::string pointer, std::vector<Fault>& faults)
      : object_{object}, pointer_{std::move(pointer)}, faults_{faults} {}

  template <class Doses>
  void read(Doses& doses) const {
    std::vector<std::string_view> known;
    visit_doses(doses, [&](std::string_view name, auto& dose) {
      known.push_back(name);
      if (const boost::json::value* value = object_.if_contains(name)) read_one(*value, pointer_to(name), dose);
    });
    refuse_others(known);
  }

 private:
  void read_one(const boost::json::value& value, const std::string& pointer, double& dose) const;
  void read_one(const boost::json::value& value, const std::string& pointer, Share& dose) const;
  void read_one(const boost::json::value& value, const std::string& pointer, Range& dose) const;
  void read_one(const boost::json::value& value, const std::string& pointer, Choice& dose) const;

  template <class Group>
  void read_one(const boost::json::value& value, const std::string& pointer, Group& group) const {
    if (!value.is_object()) return refuse(pointer, "expected an object of doses");
    DoseReader{value.as_object(), pointer, faults_}.read(group);
  }

  [[nodiscard]] std::string pointer_to(std::string_view name) const;
  void refuse_others(const std::vector<std::string_view>& known) const;
  void refuse(std::string pointer, std::string message) const;

  const boost::json::object& object_;
  std::string pointer_;
  std::vector<Fault>& faults_;
};

/// Reads doses from one JSON object; what it does not name keeps the value that it has.
///
/// A share is a number from 0 to 1, a range `[low, high]`, a choice a list of values or of `[value, weight]`; what has
/// doses of its own is an object. Whatever is unknown, of the wrong type or impossible is a fault, and changes nothing.
///
/// \param doses anything that `visit_doses` knows
/// \param pointer where the object stands in its document (RFC 6901)
template <class Doses>
void read_doses(const boost::json::object& object, const std::string& pointer, Doses& doses,
                std::vector<Fault>& faults) {
  DoseReader{object, pointer, faults}.read(doses);
}

}  // namespace haulwatch::simulation
