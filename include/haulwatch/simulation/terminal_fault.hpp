#pragma once

#include <haulwatch/simulation/random_spans.hpp>
#include <haulwatch/simulation/terminal_profile.hpp>
#include <haulwatch/simulation/unheard.hpp>
#include <haulwatch/units.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace haulwatch::simulation {

/// The sensors that a terminal reads, beside its receiver.
enum class Sensor : std::uint8_t { ignition, body_lift, cover, load };
inline constexpr std::size_t sensor_count = 4;

enum class SensorSickness : std::uint8_t { none, dead, stuck, inverted, flickering, contradicting };

/// What is wrong with one sensor of one terminal.
struct SensorFault {
  bool absent = false;  ///< never there: reports say nothing of it
  SensorSickness sickness = SensorSickness::none;
  TimeSpan span;
};

enum class ClockSickness : std::uint8_t { none, offset, jump, week_rollover, local_time };

struct ClockFault {
  ClockSickness sickness = ClockSickness::none;
  TimeSpan span;
  Milliseconds shift{0};  ///< added to the true time
};

/// What is wrong with one terminal. Drawn before anything is driven: no fault depends on what a truck does.
struct TerminalFaults {
  std::array<SensorFault, sensor_count> sensors;
  ClockFault clock;
  TimeSpan gcj02;
  TimeSpan speed_jammer;
  TimeSpan place_jammer;

  [[nodiscard]] const SensorFault& of(Sensor sensor) const noexcept {
    return sensors[static_cast<std::size_t>(sensor)];
  }
};

enum class IdentityMixUp : std::uint8_t { none, shared_id, second_id, swapped_id };

/// Under which names one vehicle reports.
struct VehicleIdentity {
  IdentityMixUp mix_up = IdentityMixUp::none;
  TimeSpan span;            ///< outside it a vehicle reports under its own name alone
  std::uint32_t other = 0;  ///< the vehicle with which it is mixed up
  bool reports_as_itself = true;
  bool reports_as_other = false;
};

/// One line of truth about a fault, for the writer of the truth. It comes from the plan, never from reports.
struct FaultLabel {
  std::uint32_t vehicle = 0;
  std::string_view kind;    ///< as events are called: `sensor_sick`, `clock_suspected`, `signal_lost`…
  std::string_view sensor;  ///< of `sensor_sick`: `ignition`, `body_lift`, `cover_closed`, `load`, `speed`, `position`
  std::string_view sign;    ///< of `signal_lost` its cause
  TimeUtc from = no_time;
  TimeUtc to = no_time;
  std::optional<std::uint32_t> other;  ///< the vehicle whose name it bears too, or has exchanged with its own
};

/// The faults of the terminal of one vehicle, from that vehicle's own stream.
[[nodiscard]] TerminalFaults plan_faults(const TerminalProfile& profile, std::uint64_t seed, std::uint32_t vehicle,
                                         TimeSpan run);

/// Who reports under whose name. The mixed up are paired at random; each vehicle belongs to one pair at most.
[[nodiscard]] std::vector<VehicleIdentity> plan_identities(const FaultDoses& doses, std::uint64_t seed,
                                                           std::uint32_t vehicles, TimeSpan run);

/// Where the terminal of a vehicle is never heard of.
[[nodiscard]] Unheard plan_unheard(const TerminalProfile& profile, std::uint64_t seed, std::uint32_t vehicle) noexcept;

/// Whether it keeps what it records while there is no network.
[[nodiscard]] bool keeps_reports(const UplinkDoses& doses, std::uint64_t seed, std::uint32_t vehicle) noexcept;

/// When the network is away from a vehicle, beside the blind areas of the county.
[[nodiscard]] RandomSpans outages_of(const UplinkDoses& doses, std::uint64_t seed, std::uint32_t vehicle,
                                     TimeUtc start);

/// When the terminal of a vehicle is dead.
[[nodiscard]] RandomSpans deaths_of(const UplinkDoses& doses, std::uint64_t seed, std::uint32_t vehicle, TimeUtc start);

/// When the receiver of a vehicle repeats one place.
[[nodiscard]] RandomSpans frozen_spans_of(const PlaceErrorDoses& doses, std::uint64_t seed, std::uint32_t vehicle,
                                          TimeUtc start);

/// Every fault of a fleet, told as the run comes to it.
///
/// Memory: a label for each fault that a terminal has for good, and 180 B a vehicle for those that come again and
/// again. Threads: one at a time.
class FaultLabels {
 public:
  FaultLabels(const TerminalProfile& profile, std::uint64_t seed, std::uint32_t vehicles, TimeSpan run);

  /// Those that begin before `until` and were not told yet, by vehicle; lasting ones all at once, the first time.
  /// \param until not before the last one
  [[nodiscard]] std::vector<FaultLabel> before(TimeUtc until);

 private:
  struct Recurring {
    RandomSpans frozen;
    RandomSpans deaths;
    RandomSpans outages;  ///< of terminals that keep nothing meanwhile; of the others none
  };

  TimeUtc end_;
  std::vector<FaultLabel> lasting_;
  std::vector<Recurring> recurring_;
};

/// Every fault of a fleet in the run, by vehicle; memory: one label a fault.
[[nodiscard]] std::vector<FaultLabel> fault_labels(const TerminalProfile& profile, std::uint64_t seed,
                                                   std::uint32_t vehicles, TimeSpan run);

}  // namespace haulwatch::simulation
