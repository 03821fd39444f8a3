#include <haulwatch/simulation/terminal.hpp>

#include <haulwatch/geo/datum.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>

namespace haulwatch::simulation {
namespace {

/// What a receiver errs by at first when it sees the sky again after a tunnel, of what it errs by after lost power.
constexpr double after_blindness = 0.25;

/// Metres of error for each unit of dilution, as receivers reckon.
constexpr double range_error_m = 3.5;
constexpr double least_hdop = 0.7;
constexpr double most_hdop = 25.0;

constexpr std::int32_t millionths(double degrees) noexcept {
  const double scaled = degrees * 1e6;
  return static_cast<std::int32_t>(scaled < 0.0 ? scaled - 0.5 : scaled + 0.5);
}

std::int16_t tenths(double value) noexcept {
  return static_cast<std::int16_t>(std::min(value, 3000.0) * 10.0 + 0.5);
}

/// The course of a velocity in degrees clockwise from north, to a thousandth of a degree: a terminal reports whole
/// ones. The polynomial is 4.4.47 of Abramowitz and Stegun (1964), 1e-5 radians.
double course_deg(geo::LocalPoint velocity) noexcept {
  const double east = std::abs(velocity.x);
  const double north = std::abs(velocity.y);
  const double longer = std::max(east, north);
  if (!(longer > 0.0)) return 0.0;
  const double t = std::min(east, north) / longer;
  const double z = t * t;
  const double angle = t * (0.9998660 + z * (-0.3302995 + z * (0.1801410 + z * (-0.0851330 + z * 0.0208351))));
  double course = angle * (180.0 / std::numbers::pi);
  if (east > north) course = 90.0 - course;
  if (velocity.y < 0.0) course = 180.0 - course;
  return velocity.x < 0.0 ? 360.0 - course : course;
}

}  // namespace

Terminal::Terminal(const TerminalSetting& setting)
    : setting_{setting},
      name_{setting.number},
      faults_{plan_faults(*setting.profile, setting.seed, setting.number, setting.run)},
      random_{Random::stream(setting.seed, "terminal", setting.number)},
      schedule_{setting.profile->reporting, setting.seed, setting.number, setting.run.from},
      error_{setting.profile->noise, setting.profile->places, setting.seed, setting.number, setting.run.from},
      sensors_{faults_.sensors, setting.seed, setting.number},
      uplink_{setting.profile->uplink, setting.seed, setting.number, setting.run.from},
      deaths_{deaths_of(setting.profile->uplink, setting.seed, setting.number, setting.run.from)},
      frozen_{frozen_spans_of(setting.profile->places, setting.seed, setting.number, setting.run.from)} {
  const NoiseDoses& noise = setting.profile->noise;
  doppler_sigma_mps_ = random_.uniform(noise.doppler_sigma_mps.low, noise.doppler_sigma_mps.high);
  const double hold_mps = random_.uniform(noise.hold_below_mps.low, noise.hold_below_mps.high);
  hold_below_mps_ = random_.chance(noise.static_hold.value) ? hold_mps : 0.0;
  const double which = random_.uniform();
  precision_ = which < noise.accuracy.value                      ? Precision::accuracy
               : which < noise.accuracy.value + noise.hdop.value ? Precision::hdop
                                                                 : Precision::unspoken;
  misjudges_ = random_.chance(noise.misjudged.value);
  reports_odometer_ = random_.chance(setting.profile->odometer.value);
  repeats_place_when_blind_ = !plan_unheard(*setting.profile, setting.seed, setting.number).in_tunnels;
  holds_place_ = random_.chance(noise.place_hold.value);
}

void Terminal::enter(const MotionPiece& piece) {
  schedule_.enter(piece);
  if (cut_ && !piece.terminal_cut) sleep(piece.start);
  cut_ = piece.terminal_cut;
}

void Terminal::observe(const MotionPiece& piece, TimeUtc until, std::vector<Report>& out) {
  if (piece.terminal_cut) return;
  const TimeUtc end = std::min(piece.end(), until);
  for (TimeUtc at = schedule_.due(piece); at < end; at = schedule_.due(piece)) {
    if (deaths_.covers(at)) {
      sleep(deaths_.span().to);
    } else {
      report(piece, at, out);
      schedule_.reported(piece, at);
    }
  }
}

void Terminal::sleep(TimeUtc until) noexcept {
  schedule_.postpone(until);
  cold_at_ = until;
  cold_severity_ = 1.0;
}

void Terminal::report(const MotionPiece& piece, TimeUtc at, std::vector<Report>& out) {
  const bool was_blind = blind_;
  blind_ = piece.sky == Sky::none;
  if (blind_ && (!repeats_place_when_blind_ || !has_place_)) return;
  if (was_blind && !blind_ && cold_at_ == no_time) {
    cold_at_ = at;
    cold_severity_ = after_blindness;
  }
  if (cold_at_ != no_time && !blind_) {
    error_.start_cold(at, cold_severity_);
    cold_at_ = no_time;
  }
  Report report;
  report.terminal = name_;
  report.source = setting_.source;
  report.time = stamp(at);
  report.sensors = sensors_.read(piece, at);
  const MotionState state = state_of(piece, seconds(at - piece.start));
  if (reports_odometer_) report.odometer_100m = static_cast<std::int32_t>(state.odometer_m * 0.01);
  const ReceivedPlace received = error_.place({at, piece.sky, schedule_.parked(piece, at)});
  const Velocity velocity = measure_velocity(state.velocity);
  const bool keeps = keeps_place(piece, at) || (velocity.held && holds_place_ && has_place_);
  const bool halted = blind_ || faults_.speed_jammer.covers(at);
  report.speed_tenths_kmh = halted ? std::uint16_t{0} : velocity.speed_tenths_kmh;
  report.heading_deg = velocity.heading_deg;
  const geo::LocalPoint place = keeps ? last_place_ : state.at + received.offset;
  put_place(report, place, at);
  put_precision(report, received.sigma_m);
  if (!received.far_off) {
    last_place_ = place;
    has_place_ = true;
  }
  uplink_.send(report, at, piece.coverage, out);
}

bool Terminal::keeps_place(const MotionPiece& piece, TimeUtc at) noexcept {
  if (!has_place_) return false;
  const bool frozen = frozen_.covers(at) || faults_.place_jammer.covers(at);
  return frozen || piece.sky == Sky::none;
}

Terminal::Velocity Terminal::measure_velocity(geo::LocalPoint truth) noexcept {
  const geo::LocalPoint v =
      truth + geo::LocalPoint{random_.normal(0.0, doppler_sigma_mps_), random_.normal(0.0, doppler_sigma_mps_)};
  const double speed_mps = geo::norm(v);
  if (speed_mps < hold_below_mps_) return {0, last_heading_deg_, true};
  constexpr double tenths_kmh_per_mps = 36.0;
  last_heading_deg_ = static_cast<std::uint16_t>(static_cast<int>(course_deg(v) + 0.5) % 360);
  return {static_cast<std::uint16_t>(speed_mps * tenths_kmh_per_mps + 0.5), last_heading_deg_, false};
}

void Terminal::put_place(Report& report, geo::LocalPoint place, TimeUtc at) noexcept {
  if (random_.chance(setting_.profile->places.zero_places_per_1000 * 1e-3)) {
    report.lon_millionths = report.lat_millionths = 0;
    return;
  }
  LonLat degrees = setting_.frame.to_lon_lat(place);
  if (faults_.gcj02.covers(at)) degrees = geo::from_wgs84(degrees, Datum::gcj02);
  report.lon_millionths = millionths(degrees.lon);
  report.lat_millionths = millionths(degrees.lat);
}

void Terminal::put_precision(Report& report, double sigma_m) noexcept {
  if (precision_ == Precision::unspoken) return;
  // A figure that has nothing to do with the error looks as an honest one does on a good day.
  const double believed_m = (misjudges_ ? range_error_m : sigma_m) * (1.0 + random_.uniform(-0.2, 0.2));
  if (precision_ == Precision::accuracy)
    report.accuracy_tenths_m = tenths(believed_m);
  else
    report.hdop_tenths = tenths(std::clamp(believed_m / range_error_m, least_hdop, most_hdop));
}

TimeUtc Terminal::stamp(TimeUtc at) const noexcept {
  if (faults_.clock.span.covers(at)) at += faults_.clock.shift;
  return std::chrono::floor<std::chrono::seconds>(at);
}

}  // namespace haulwatch::simulation
