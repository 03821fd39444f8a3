#pragma once

#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/lon_lat.hpp>
#include <haulwatch/simulation/motion.hpp>
#include <haulwatch/simulation/random.hpp>
#include <haulwatch/simulation/random_spans.hpp>
#include <haulwatch/simulation/receiver_error.hpp>
#include <haulwatch/simulation/report.hpp>
#include <haulwatch/simulation/report_schedule.hpp>
#include <haulwatch/simulation/sensor_panel.hpp>
#include <haulwatch/simulation/terminal_fault.hpp>
#include <haulwatch/simulation/terminal_profile.hpp>
#include <haulwatch/simulation/uplink.hpp>
#include <haulwatch/units.hpp>

#include <cstdint>
#include <vector>

namespace haulwatch::simulation {

/// What a terminal is built from.
struct TerminalSetting {
  const TerminalProfile* profile = nullptr;  ///< outlives the terminal
  geo::LocalFrame frame;                     ///< of the county
  std::uint64_t seed = 0;
  std::uint32_t number = 0;  ///< of the vehicle to which it belongs, and under whose name it reports
  std::uint32_t source = 0;  ///< its own number among all terminals
  TimeSpan run;
};

/// The terminal of one vehicle: reads the true motion at the instants of its reports, errs, fails, and sends.
///
/// The motion is looked at through `state_of` at those instants alone, so the cost is that of the reports: some 0.2 µs
/// each. About 1 KiB, and what it keeps while there is no network. Threads: one at a time.
class Terminal {
 public:
  explicit Terminal(const TerminalSetting& setting);

  Terminal(Terminal&&) = delete;

  /// A piece of the vehicle's way begins; it follows the one before.
  void enter(const MotionPiece& piece);

  /// Reports what happens on the piece last entered up to `until`, not included. It may be called again with a later
  /// `until`: the same reports come of it as of one call.
  /// \param out gets reports with their times of arrival, none of them before its event, in no order
  void observe(const MotionPiece& piece, TimeUtc until, std::vector<Report>& out);

  /// From now on it reports under the name of another vehicle.
  void report_as(std::uint32_t vehicle) noexcept { name_ = vehicle; }

  /// It is off until `until`, and then starts cold.
  void sleep(TimeUtc until) noexcept;

  /// The run ends: what is kept is sent.
  void finish(std::vector<Report>& out) { uplink_.finish(setting_.run.to, out); }

 private:
  enum class Precision : std::uint8_t { unspoken, accuracy, hdop };

  struct Velocity {
    std::uint16_t speed_tenths_kmh = 0;
    std::uint16_t heading_deg = 0;
    bool held = false;
  };

  void report(const MotionPiece& piece, TimeUtc at, std::vector<Report>& out);
  [[nodiscard]] bool keeps_place(const MotionPiece& piece, TimeUtc at) noexcept;
  [[nodiscard]] Velocity measure_velocity(geo::LocalPoint truth) noexcept;
  void put_place(Report& report, geo::LocalPoint place, TimeUtc at) noexcept;
  void put_precision(Report& report, double sigma_m) noexcept;
  [[nodiscard]] TimeUtc stamp(TimeUtc at) const noexcept;

  TerminalSetting setting_;
  std::uint32_t name_;
  TerminalFaults faults_;
  Random random_;
  ReportSchedule schedule_;
  ReceiverError error_;
  SensorPanel sensors_;
  Uplink uplink_;
  RandomSpans deaths_;
  RandomSpans frozen_;
  double doppler_sigma_mps_;
  double hold_below_mps_;  ///< 0: the receiver holds nothing
  Precision precision_;
  bool misjudges_;
  bool reports_odometer_;
  bool repeats_place_when_blind_;
  bool holds_place_;  ///< while its receiver holds

  geo::LocalPoint last_place_;
  bool has_place_ = false;
  std::uint16_t last_heading_deg_ = 0;
  bool cut_ = false;
  bool blind_ = false;
  TimeUtc cold_at_ = no_time;  ///< when a start after lost power is due to show
  double cold_severity_ = 0.0;
};

}  // namespace haulwatch::simulation
