#pragma once

#include <haulwatch/simulation/county.hpp>
#include <haulwatch/simulation/lived_motion.hpp>
#include <haulwatch/simulation/place_grid.hpp>
#include <haulwatch/simulation/route_watch.hpp>
#include <haulwatch/simulation/truth_log.hpp>
#include <haulwatch/simulation/unheard.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace haulwatch::simulation {

/// Writes down what is true of one vehicle: from its motion, and from what its driver knows; it never sees a report.
///
/// Cost: some 0.1 µs a piece away from outlines. Memory: 1 KiB. Threads: one at a time.
class TruthWatch {
 public:
  /// Where the truth goes. \param known as `TimedLines::add` takes it
  struct Book {
    TimedLines* truth = nullptr;
    TimedLines* manifests = nullptr;
  };

  TruthWatch(const County& county, const PlaceGrid& grid, std::uint32_t vehicle, std::string name, Unheard unheard,
             Book book);

  void hear(const Remark& remark, TimeUtc now);
  void see(const LivedPiece& piece);
  /// Closes what is open when the world ends.
  void finish(TimeUtc end);

 private:
  struct ZoneVisit {
    std::uint32_t zone = 0;
    bool in_force = false;
  };
  struct Stay {
    TimeUtc start = no_time;
    TimeUtc end = no_time;
    geo::LocalPoint at;
    std::uint32_t site = nowhere;
    std::array<double, 8> seconds{};  ///< by activity
    double moved_m = 0.0;             ///< since its end
  };
  struct Trip {
    LoadTaken taken;
    TimeUtc loaded_at = no_time;
    double odometer_m = 0.0;
    bool off_route = false;
  };
  struct Silence {
    const char* cause = nullptr;
    TimeUtc since = no_time;
    geo::LocalPoint at;
  };

  /// Faster than a zone allows, told of once it has lasted.
  struct Speeding {
    const CountyZone* zone = nullptr;  ///< null: not so
    TimeUtc since = no_time;
    geo::LocalPoint at;
    double max_mps = 0.0;
    bool told = false;
  };

  // Places (truth_places.cpp)
  void find_first_places(const MotionPiece& piece);
  void watch_places(const LivedPiece& lived);
  void watch_step(const MotionPiece& piece, double from_s, double to_s);
  void cross_outline(PlaceGrid::Entry entry, TimeUtc at, geo::LocalPoint where, bool in);
  void cross_gate(const MotionPiece& piece, std::uint32_t index, double from_s, double to_s);
  void watch_zone_hours(const MotionPiece& piece);
  void tell_zone(const ZoneVisit& visit, TimeUtc at, geo::LocalPoint where, std::string_view kind);
  void watch_speed(const MotionPiece& piece, double from_s, double to_s);
  void begin_speeding(const MotionPiece& piece, double at_s, const CountyZone& zone);
  void go_on_speeding(const MotionPiece& piece, double from_s, double to_s);
  void end_speeding(const MotionPiece& piece, double at_s);
  [[nodiscard]] const CountyZone* strictest_zone() const noexcept;

  // The rest (truth_watch.cpp)
  void watch_stand(const LivedPiece& piece);
  void stand_on(const LivedPiece& piece);
  void end_halt(TimeUtc end);
  void end_stay(TimeUtc known, bool open);
  void watch_silence(const MotionPiece& piece);
  [[nodiscard]] const char* cause_of_silence(const MotionPiece& piece) const noexcept;
  void end_silence(TimeUtc at, geo::LocalPoint where, bool heard_again);
  void watch_route(const MotionPiece& piece);
  void end_excursion(TimeUtc at, geo::LocalPoint where, double odometer_m, bool rejoined);
  void tell_trip(const LoadGone& gone, TimeUtc now);
  void tell_dump(const Dumped& dumped, TimeUtc now);
  void tell_note(const NoteOfTransfer& note, TimeUtc now);
  [[nodiscard]] std::string_view permit_id(std::uint32_t permit) const noexcept;
  [[nodiscard]] std::string_view place_id(std::uint32_t place) const noexcept;
  [[nodiscard]] std::string_view origin_id() const noexcept;
  [[nodiscard]] JsonLine line(std::string_view kind, TimeUtc time) const { return {kind, name_, time}; }
  void tell(TimeUtc known, JsonLine& line) const { book_.truth->add(known, vehicle_, line.finish()); }

  const County* county_;
  const PlaceGrid* grid_;
  std::uint32_t vehicle_;
  std::string name_;
  Unheard unheard_;
  Book book_;

  bool begun_ = false;
  MotionPiece last_;  ///< the piece seen last
  std::vector<std::uint32_t> sites_;
  std::vector<ZoneVisit> zones_;
  std::vector<PlaceGrid::Entry> near_;
  double clear_until_m_ = 0.0;  ///< by the odometer: up to there nothing lies near

  Speeding speeding_;

  TimeUtc halt_since_ = no_time;
  std::array<double, 8> halt_seconds_{};
  Stay stay_;

  Silence silence_;
  const char* cut_cause_ = "terminal_cut";

  bool loaded_ = false;
  Trip trip_;
  RouteWatch route_;
  TimeUtc excursion_since_ = no_time;
  double excursion_from_m_ = 0.0;
};

}  // namespace haulwatch::simulation
