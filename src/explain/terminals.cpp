#include "telling.hpp"

#include <haulwatch/detect/sensor_record.hpp>
#include <haulwatch/fix.hpp>

#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>

namespace haulwatch::explain {
namespace {

struct SensorWords {
  std::string_view name;
  std::string_view words;
  std::string_view tried_by;
};
constexpr std::array<SensorWords, detect::sensor_kind_count> sensor_words{{
    {name_of(detect::SensorKind::ignition), "ignition",
     "It has to be on through two minutes of driving, and off once in a stand of three hours."},
    {name_of(detect::SensorKind::body_lift), "body lift",
     "It has to be up in a visit to a disposal, and down while the vehicle drives."},
    {name_of(detect::SensorKind::cover_closed), "cover",
     "It has to be open in a visit to a place of loads, and closed on the drive away from an origin."},
    {name_of(detect::SensorKind::load), "load",
     "It has to say full on leaving an origin, and empty on leaving a disposal, before any halt."},
    {name_of(detect::SensorKind::speed), "speed", "It must not be nought while the places move."},
    {name_of(detect::SensorKind::position), "place",
     "It must not stay the same to the last digit while the speed says that the vehicle drives."},
}};

const SensorWords* words_of(std::string_view sensor) noexcept {
  for (const SensorWords& words : sensor_words)
    if (words.name == sensor) return &words;
  return nullptr;
}

struct SignWords {
  std::string_view sign;
  std::string_view words;
};
constexpr std::array sensor_signs{
    SignWords{name_of(detect::SensorSign::never_changes), "it never changes"},
    SignWords{name_of(detect::SensorSign::flickers), "it changes and changes back where nothing can have changed it"},
    SignWords{name_of(detect::SensorSign::contradicts), "it contradicts what must have been true"},
    SignWords{name_of(detect::SensorSign::inverted), "it says the opposite of what must have been true"},
    SignWords{name_of(detect::SensorSign::falls_silent), "it says nothing any more"},
};
constexpr std::array clock_signs{
    SignWords{name_of(TimeRepair::week_rollover), "it counts its weeks from 1,024 weeks too early"},
    SignWords{name_of(TimeRepair::offset), "it is off by a steady time"},
    SignWords{name_of(TimeRepair::local_time), "it sends local time as UTC"},
    SignWords{name_of(TimeRepair::jump), "it was right, and was set wrong all at once"},
};
constexpr std::array identity_signs{
    SignWords{"shared_id", "reports turn between two places that no vehicle reaches in the time"},
    SignWords{"second_id", "the same vehicle reports under two names"},
    SignWords{"swapped_id", "two vehicles go on from each other's place"},
};
constexpr std::array identity_trials{
    SignWords{"second_id", "Compared were the stops of both names: when they begin and end, and where."},
    SignWords{"swapped_id",
              "Compared were the places and times at which the tracks of both names break off and go on."},
};
constexpr std::array tamper_signs{
    SignWords{"silent_again", "it falls silent near the same place on one loaded way after the other"},
};

template <std::size_t N>
std::string in_words(std::string_view sign, const std::array<SignWords, N>& all) {
  for (const SignWords& each : all)
    if (each.sign == sign) return std::string{each.words};
  return fmt::format("the sign given is {}", quoted(sign));
}

std::string measures_text(const Measures& values) {
  std::string text;
  for (const Measure& measure : values.list())
    text += fmt::format("{}{} {:.6g}", text.empty() ? "" : ", ", measure.name, measure.value);
  return text;
}

void tell_sensor(const Scene& scene, const TerminalFinding& finding, bool healed, Explanation& out) {
  const SensorWords* sensor = words_of(finding.sensor);
  const std::string name = sensor != nullptr ? std::string{sensor->words} : quoted(finding.sensor);
  if (healed) {
    out.seen = fmt::format("The sensor of the {} of {} tells again what must be true.", name, scene.vehicle_within());
    out.cleared_by.emplace_back("Contradictions anew: then the sensor is named sick again.");
  } else {
    out.seen = fmt::format("The sensor of the {} of {} cannot be believed: {}.", name, scene.vehicle_within(),
                           in_words(finding.sign, sensor_signs));
    out.cleared_by.emplace_back("Agreements in a row wherever it had been wrong; until then it weighs nothing.");
  }
  if (sensor != nullptr) out.compared.emplace_back(sensor->tried_by);
}

void tell_clock(const Scene& scene, const TerminalFinding& finding, Explanation& out) {
  out.seen = fmt::format("The clock of the terminal of {} is wrong: {}.", scene.vehicle_within(),
                         in_words(finding.sign, clock_signs));
  out.compared.emplace_back("Compared were the times of reports with those of their arrival at the platform.");
  out.cleared_by.emplace_back("Half an hour of reports whose times agree with their arrival.");
}

void tell_map(const Scene& scene, const TerminalFinding& finding, Explanation& out) {
  const bool fleet = scene.event().vehicle.empty();
  out.seen =
      fleet ? fmt::format("The fleet stops where sites would lie if the map were shifted: {}.", quoted(finding.sign))
            : fmt::format("{} stops where sites would lie if its places were shifted: {}.", scene.vehicle(),
                          quoted(finding.sign));
  out.compared.emplace_back(
      "Compared were the stops of two minutes and more with the registered sites, under each shift that is known.");
  if (!finding.cure.empty())
    out.compared.push_back(fmt::format("With {} tracks and registry are read as they are.", finding.cure));
  out.cleared_by.emplace_back("Stops within the registered sites, as tracks and registry were read.");
}

void tell_identity(const Scene& scene, const TerminalFinding& finding, Explanation& out) {
  out.seen = fmt::format("Reports under the name {} are not those of one vehicle alone: {}.",
                         quoted(scene.event().vehicle), in_words(finding.sign, identity_signs));
  if (!finding.other.empty()) out.compared.push_back(fmt::format("The other name is {}.", quoted(finding.other)));
  std::string_view trial = "Compared were the places of reports with where a vehicle can have come to in the time.";
  for (const SignWords& each : identity_trials)
    if (each.sign == finding.sign) trial = each.words;
  out.compared.emplace_back(trial);
  out.cleared_by.emplace_back("A look at the terminals: which one is fitted to which vehicle.");
}

void tell_tamper(const Scene& scene, const TerminalFinding& finding, Explanation& out) {
  out.seen = fmt::format("The terminal of {} may be tampered with: {}.", scene.vehicle_within(),
                         in_words(finding.sign, tamper_signs));
  out.compared.emplace_back(
      "Compared were the places at which it fell silent while loaded, on its last ten loaded ways, with each other and "
      "with those of other vehicles.");
  out.cleared_by.emplace_back("Two other vehicles that fall silent there as well, again and again: a blind area.");
}

}  // namespace

Landmark tell(const Scene& scene, const TerminalFinding& finding, Explanation& out) {
  switch (scene.event().kind) {
    case EventKind::sensor_sick:
      tell_sensor(scene, finding, false, out);
      break;
    case EventKind::sensor_healed:
      tell_sensor(scene, finding, true, out);
      break;
    case EventKind::clock_suspected:
      tell_clock(scene, finding, out);
      break;
    case EventKind::map_shift_suspected:
      tell_map(scene, finding, out);
      break;
    case EventKind::tamper_suspected:
      tell_tamper(scene, finding, out);
      break;
    default:
      tell_identity(scene, finding, out);
      break;
  }
  if (!finding.values.list().empty())
    out.compared.push_back(fmt::format("Measured: {}.", measures_text(finding.values)));
  return scene.from_place("where the vehicle was then");
}

}  // namespace haulwatch::explain
