#include <haulwatch/simulation/sensor_panel.hpp>

#include <cstddef>

namespace haulwatch::simulation {
namespace {

/// Of reports of a flickering sensor that say anything at all.
constexpr double flicker_share = 0.35;
/// For which a contradicting sensor keeps to one saying, on average.
constexpr double nonsense_mean_s = 300.0;

constexpr int load_states = 3;

}  // namespace

Sensors SensorPanel::read(const MotionPiece& piece, TimeUtc at) noexcept {
  return {.ignition = two_state(Sensor::ignition, piece.ignition, at),
          .body_lift = two_state(Sensor::body_lift, piece.body_raised, at),
          .cover_closed = two_state(Sensor::cover, piece.cover_closed, at),
          .load = load(piece.load, at)};
}

Sensed SensorPanel::two_state(Sensor sensor, bool truth, TimeUtc at) noexcept {
  const SensorFault& fault = (*faults_)[static_cast<std::size_t>(sensor)];
  int said = truth ? 1 : 0;
  if (fault.absent || (fault.span.covers(at) && !sick(fault, sensor, said, 2, at, said))) return Sensed::unknown;
  return said == 1 ? Sensed::yes : Sensed::no;
}

LoadReading SensorPanel::load(LoadReading truth, TimeUtc at) noexcept {
  const SensorFault& fault = (*faults_)[static_cast<std::size_t>(Sensor::load)];
  int said = static_cast<int>(truth) - static_cast<int>(LoadReading::empty);
  if (fault.absent || (fault.span.covers(at) && !sick(fault, Sensor::load, said, load_states, at, said)))
    return LoadReading::unknown;
  return static_cast<LoadReading>(said + static_cast<int>(LoadReading::empty));
}

/// \param said what the sick sensor says \return whether it says anything
bool SensorPanel::sick(const SensorFault& fault, Sensor sensor, int truth, int states, TimeUtc at, int& said) noexcept {
  int& stuck = stuck_at_[static_cast<std::size_t>(sensor)];
  switch (fault.sickness) {
    case SensorSickness::none:
      break;
    case SensorSickness::dead:
      return false;
    case SensorSickness::stuck:
      if (stuck == nothing_yet) stuck = truth;
      said = stuck;
      break;
    case SensorSickness::inverted:
      said = states - 1 - truth;
      break;
    case SensorSickness::flickering:
      if (random_.chance(flicker_share)) said = static_cast<int>(random_.whole(static_cast<std::uint64_t>(states)));
      break;
    case SensorSickness::contradicting:
      said = nonsense(sensor, states, at);
      break;
  }
  return true;
}

int SensorPanel::nonsense(Sensor sensor, int states, TimeUtc at) noexcept {
  int& saying = stuck_at_[static_cast<std::size_t>(sensor)];
  TimeUtc& until = nonsense_until_[static_cast<std::size_t>(sensor)];
  if (at >= until) {
    saying = static_cast<int>(random_.whole(static_cast<std::uint64_t>(states)));
    until = at + milliseconds(random_.exponential(nonsense_mean_s));
  }
  return saying;
}

}  // namespace haulwatch::simulation
