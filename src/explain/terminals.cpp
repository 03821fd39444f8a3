#include "telling.hpp"

#include <fmt/format.h>

#include <string>

namespace haulwatch::explain {
namespace {

std::string measures_text(const Measures& values) {
  std::string text;
  for (const Measure& measure : values.list())
    text += fmt::format("{}{} {:.3g}", text.empty() ? "" : ", ", measure.name, measure.value);
  return text;
}

std::string seen_of(const Scene& scene, const TerminalFinding& finding) {
  const std::string who = scene.event().vehicle.empty() ? std::string{"The fleet"} : std::string{scene.vehicle()};
  switch (scene.event().kind) {
    case EventKind::sensor_sick:
      return fmt::format("The sensor {} of {} cannot be believed: {}.", finding.sensor, who, finding.sign);
    case EventKind::sensor_healed:
      return fmt::format("The sensor {} of {} tells again what must be true.", finding.sensor, who);
    case EventKind::clock_suspected:
      return fmt::format("The clock of the terminal of {} is wrong: {}.", who, finding.sign);
    case EventKind::map_shift_suspected:
      return fmt::format("{} stops where sites would lie if places were shifted: {}.", who, finding.sign);
    default:
      return fmt::format("Reports under the name {} are not of one vehicle alone: {}.", who, finding.sign);
  }
}

std::string cleared_by(EventKind kind) {
  switch (kind) {
    case EventKind::sensor_sick:
      return "Many trials in a row in which the sensor told what must have been true.";
    case EventKind::map_shift_suspected:
      return "Stops in registered sites, read as they were.";
    default:
      return "A look at the terminal.";
  }
}

}  // namespace

Landmark tell(const Scene& scene, const TerminalFinding& finding, Explanation& out) {
  out.seen = seen_of(scene, finding);
  if (!finding.values.list().empty())
    out.compared.push_back(fmt::format("Measured: {}.", measures_text(finding.values)));
  if (!finding.cure.empty()) out.compared.push_back(fmt::format("The option {} reads them as they are.", finding.cure));
  if (scene.event().kind != EventKind::sensor_healed) out.cleared_by.push_back(cleared_by(scene.event().kind));
  return scene.from_place("where the vehicle was then");
}

}  // namespace haulwatch::explain
