#pragma once

#include <haulwatch/reading.hpp>
#include <haulwatch/simulation/motion.hpp>
#include <haulwatch/simulation/random.hpp>
#include <haulwatch/simulation/terminal_fault.hpp>
#include <haulwatch/units.hpp>

#include <array>
#include <cstdint>

namespace haulwatch::simulation {

/// What the sensors of one terminal say: the truth, through whatever is wrong with them.
class SensorPanel {
 public:
  SensorPanel(const std::array<SensorFault, sensor_count>& faults, std::uint64_t seed, std::uint32_t vehicle) noexcept
      : faults_{&faults}, random_{Random::stream(seed, "sensor panel", vehicle)} {}

  /// \param at in order of time
  [[nodiscard]] Sensors read(const MotionPiece& piece, TimeUtc at) noexcept;

 private:
  [[nodiscard]] Sensed two_state(Sensor sensor, bool truth, TimeUtc at) noexcept;
  [[nodiscard]] LoadReading load(LoadReading truth, TimeUtc at) noexcept;
  [[nodiscard]] bool sick(const SensorFault& fault, Sensor sensor, int truth, int states, TimeUtc at,
                          int& said) noexcept;
  [[nodiscard]] int nonsense(Sensor sensor, int states, TimeUtc at) noexcept;

  static constexpr int nothing_yet = -1;

  const std::array<SensorFault, sensor_count>* faults_;
  Random random_;
  std::array<int, sensor_count> stuck_at_{nothing_yet, nothing_yet, nothing_yet, nothing_yet};
  std::array<TimeUtc, sensor_count> nonsense_until_{no_time, no_time, no_time, no_time};
};

}  // namespace haulwatch::simulation
