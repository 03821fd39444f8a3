#pragma once

#include <haulwatch/fix.hpp>
#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/lon_lat.hpp>
#include <haulwatch/units.hpp>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace haulwatch::test {

/// Degrees clockwise from true north.
struct Heading {
  double degrees = 0.0;
};
inline constexpr Heading north{0.0};
inline constexpr Heading east{90.0};
inline constexpr Heading south{180.0};
inline constexpr Heading west{270.0};

/// What a terminal tells beside its place.
enum class Reports : std::uint8_t { places_only, speed_and_heading };

/// Tells what one truck did, as a story, and gives the fixes that its terminal would have sent.
///
///     track("ZF-1").starts_at(gate, time).every(10s).waits(2min).drives(500_m, east, 12_mps).fixes()
///
/// Every drive begins and ends at a standstill: the truck gains 0.7 m/s² and brakes with 1.0 m/s². Without `starts_at`
/// it begins somewhere east of Shanghai on a day in March 2026. Same story, same fixes.
class TrackBuilder {
 public:
  explicit TrackBuilder(std::string vehicle);

  TrackBuilder& starts_at(LonLat place, TimeUtc time);
  TrackBuilder& every(Milliseconds interval);
  TrackBuilder& reports(Reports what);
  /// Of each axis, one standard deviation, new with every fix.
  TrackBuilder& with_noise(Metres sigma, std::uint64_t seed);
  /// What the terminal says of its accuracy; nothing, until this is called.
  TrackBuilder& with_accuracy(Metres sigma);
  TrackBuilder& as(VehicleIndex vehicle);

  TrackBuilder& waits(Milliseconds span);
  TrackBuilder& drives(Metres way, Heading heading, MetresPerSecond speed);
  TrackBuilder& drives_to(LonLat place, MetresPerSecond speed);
  /// Along a line without stopping at its corners.
  TrackBuilder& follows(const std::vector<LonLat>& way, MetresPerSecond speed);
  /// The terminal says nothing while the truck stands for `span`.
  TrackBuilder& silent_for(Milliseconds span);
  /// The terminal says nothing until `speaks`, whatever the truck does.
  TrackBuilder& falls_silent();
  TrackBuilder& speaks();

  [[nodiscard]] const std::string& vehicle() const noexcept { return vehicle_; }
  [[nodiscard]] TimeUtc now() const noexcept { return now_; }
  [[nodiscard]] LonLat place() const noexcept { return frame_.to_lon_lat(place_); }
  [[nodiscard]] std::vector<Fix> fixes() const { return fixes_; }

 private:
  struct Standing {
    geo::LocalPoint at;
    double speed_mps = 0.0;
    double heading_deg = 0.0;
  };
  void report_until(TimeUtc end, const geo::LocalPoint* way, std::size_t points, double top_speed);
  void report(const Standing& truck);

  std::string vehicle_;
  VehicleIndex index_{};
  geo::LocalFrame frame_;
  geo::LocalPoint place_;
  double heading_deg_ = 0.0;
  TimeUtc now_;
  TimeUtc next_report_;
  Milliseconds interval_{10'000};
  Reports reports_ = Reports::speed_and_heading;
  double noise_m_ = 0.0;
  double accuracy_m_ = -1.0;
  bool silent_ = false;
  std::mt19937_64 random_;
  std::vector<Fix> fixes_;
};

[[nodiscard]] TrackBuilder track(std::string vehicle = "ZF-1");

/// Where a drive along a way of `length` metres stands after `elapsed` seconds: gaining speed, even, braking.
struct Drive {
  double length_m = 0.0;
  double top_speed_mps = 0.0;

  [[nodiscard]] double duration_s() const noexcept;
  [[nodiscard]] double way_at(double elapsed_s) const noexcept;
  [[nodiscard]] double speed_at(double elapsed_s) const noexcept;
};

}  // namespace haulwatch::test
