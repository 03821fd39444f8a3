#include "dose_reader.hpp"

#include <haulwatch/simulation/profile.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <type_traits>
#include <utility>
#include <vector>

namespace haulwatch::simulation {

namespace {

const ShippedProfile* find_shipped(std::string_view name) noexcept {
  for (const ShippedProfile& profile : shipped_profiles())
    if (profile.name == name) return &profile;
  return nullptr;
}

std::string contents_of(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) {
    std::string names;
    for (const ShippedProfile& profile : shipped_profiles()) (names += names.empty() ? "" : ", ") += profile.name;
    throw FileError{path + ": neither a shipped profile (" + names + ") nor a file that can be read"};
  }
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void check(const Duration& duration, const std::string& pointer, std::vector<Fault>& faults) {
  if (duration.most_s < duration.least_s) faults.push_back({"", pointer, "most_s is less than least_s"});
  if (duration.median_s < duration.least_s || duration.median_s > duration.most_s)
    faults.push_back({"", pointer, "median_s does not lie between least_s and most_s"});
}

void check(const Profile& read, std::vector<Fault>& faults) {
  Profile profile = read;
  const auto durations_of = [&faults](const std::string& group, auto& doses) {
    visit_doses(doses, [&](std::string_view name, const auto& dose) {
      if constexpr (std::is_same_v<std::decay_t<decltype(dose)>, Duration>)
        check(dose, group + "/" + std::string{name}, faults);
    });
  };
  durations_of("/work", profile.work);
  durations_of("/dumping", profile.dumping);
  const CountyDoses& county = profile.county;
  if (county.width_m < 6000.0 || county.height_m < 6000.0 || county.width_m > 60000.0 || county.height_m > 60000.0)
    faults.push_back({"", "/county", "width_m and height_m have to lie between 6000 and 60000"});
  if (county.junction_spacing_m < 600.0)
    faults.push_back({"", "/county/junction_spacing_m", "roads nearer than 600 m leave no room for sites"});
  const DumpingDoses& dumping = profile.dumping;
  if (dumping.standing + dumping.quick + dumping.rolling <= 0.0)
    faults.push_back({"", "/dumping", "standing, quick and rolling are all 0: one of them has to have a weight"});
  if (dumping.at_old_heap + dumping.at_new_place + dumping.at_road_edge + dumping.disguised <= 0.0)
    faults.push_back({"", "/dumping", "at_old_heap, at_new_place, at_road_edge and disguised are all 0"});
}

}  // namespace

double Duration::draw(Random& random) const noexcept {
  for (int tries = 0; tries < 8; ++tries) {
    const double seconds = random.log_normal(median_s, spread);
    if (seconds >= least_s && seconds <= most_s) return seconds;
  }
  return std::clamp(median_s, least_s, most_s);
}

Profile read_profile(std::string_view json, const std::string& document) {
  boost::json::error_code error;
  const boost::json::value root = boost::json::parse(json, error);
  if (error) throw Refused{document, {{"", "", "not JSON: " + error.message()}}};
  if (!root.is_object()) throw Refused{document, {{"", "", "expected an object"}}};
  Profile profile;
  std::vector<Fault> faults;
  read_doses(root.as_object(), "", profile, faults);
  if (faults.empty()) check(profile, faults);
  if (!faults.empty()) throw Refused{document, std::move(faults)};
  return profile;
}

Profile load_profile(const std::string& name_or_path) {
  if (const ShippedProfile* shipped = find_shipped(name_or_path))
    return read_profile(shipped->text, "profile " + name_or_path);
  return read_profile(contents_of(name_or_path), name_or_path);
}

}  // namespace haulwatch::simulation
