#pragma once

#include <haulwatch/simulation/drive.hpp>
#include <haulwatch/simulation/life.hpp>
#include <haulwatch/simulation/random.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace haulwatch::simulation {

/// What a driver does at a marked place of the way.
enum class Act : std::uint8_t {
  gate,         ///< weighbridge, wheel wash, covering
  errand,       ///< a short halt beside the road
  rest,         ///< a longer one
  breakdown,    ///< with reversing
  empty_lift,   ///< body up to clean it
  loaded_lift,  ///< body up a little, load kept
  cut,          ///< the terminal's power is cut
  restore,      ///< and restored
  die,          ///< the terminal dies by itself
  revive,
  roll,  ///< body up at walking pace
  roll_half,
  roll_empty,
  roll_end,
};

/// A plan for one place of a way.
struct Stopover {
  double at_m = 0.0;  ///< from the way's beginning
  Act act = Act::errand;
  double aside_m = 0.0;  ///< how far beside the lane; 0 for what is done without standing
};

/// Nobody dumps before the eyes of the site that he has just left, nor is heard again beside what he has dumped.
inline constexpr double out_of_sight_m = 500.0;

/// A truck driver's days: the shift, the loads, the breaks, and now and then what nobody should see.
class TruckLife final : public Life {
 public:
  TruckLife(const Surroundings& surroundings, std::uint32_t vehicle, const Crew& crew);

  void live_on() override;

 private:
  static constexpr double queue_step_m = 13.0;

  enum class Next : std::uint8_t { start_day, fetch, load, haul, go_on, end_day };

  /// Where the truck stands on the roads.
  struct Whereabouts {
    NodeIndex node = nowhere;
    RoadStretch lead_in;  ///< to be driven first, where the truck stands beside a road
  };

  // The day (truck_life.cpp)
  void start_day();
  void fetch();
  void load();
  void haul();
  void go_on();
  void end_day();
  void sleep_until(double clock_s);
  [[nodiscard]] bool shift_is_over() const noexcept;
  void take_break(ServiceKind kind, const Duration& duration);

  // On the way (truck_way.cpp)
  [[nodiscard]] RoadWay way_to(PlaceIndex place);
  void drive_to(PlaceIndex place, const RoadWay& way, double trucks_in_front = 0.0);
  void drive(WayPoints& points);
  void add_stopovers(WayPoints& points);
  void add_rolling(WayPoints& points, double at_m);
  void set_target(geo::LocalPoint target, WayPoints& points) const;
  [[nodiscard]] Handling handling() const noexcept;
  void plan_stopover(Act act, double low_share, double high_share, double way_m, double aside_m);
  void stop_beside(const RoadStretch& stretch);
  void face_back();
  void turn_round();
  void perform(Act act);
  void shunt(double length_m, double curvature_per_m);
  void shunt_back(double length_m, double curvature_per_m);
  void shunt_at_random(Range length_m, double curvature_per_m);  ///< up to that curvature, to either side
  void shunt_back_at_random(Range length_m, double curvature_per_m);

  // With the load (truck_load.cpp)
  void take_load(PlaceIndex origin);
  void hand_over(PlaceIndex destination);
  void tip(const Duration& standing);
  void queue();
  void note_taken(PlaceIndex origin);
  void note_gone(LoadGone gone);
  void lift_body(double seconds);
  void lose_load(double seconds, Activity activity);

  // How loads end (truck_fate.cpp)
  void haul_honestly();
  void haul_wrong();
  [[nodiscard]] RoadWay haul_way(PlaceIndex destination);
  [[nodiscard]] RoadWay other_way(PlaceIndex destination, const RoadWay& usual);
  void dump();
  void dump_off_road(PlaceIndex place, const char* place_kind);
  void dump_at_road_edge();
  void dump_rolling();
  void dump_here(const char* place_kind);
  void note_dumped(double since_s, geo::LocalPoint at, const char* manner, const char* place_kind);
  void plan_cut(double dump_at_m);
  /// What the driver does on the way that looks like something else. \return the rest of the way
  [[nodiscard]] RoadWay pass_time_loaded(RoadWay way);
  [[nodiscard]] RoadWay wrong_turn(RoadWay way);
  [[nodiscard]] RoadWay rest_off_road(RoadWay way);

  [[nodiscard]] const WorkDoses& work() const noexcept { return s_.profile->work; }
  [[nodiscard]] const County& county() const noexcept { return *s_.county; }
  [[nodiscard]] const CountyPermit& permit() const noexcept { return county().permits()[crew_.permit]; }
  [[nodiscard]] geo::LocalPoint working_place(PlaceIndex place);
  template <class List>
  [[nodiscard]] PlaceIndex one_of(const List& list) {
    return list.empty() ? nowhere : list[random_.whole(list.size())];
  }
  void look_alike(const char* name, double since_s);

  Surroundings s_;
  std::uint32_t vehicle_;
  Crew crew_;
  Random random_;
  Next next_ = Next::start_day;
  Whereabouts here_;
  std::int64_t day_ = -1;
  double shift_end_s_ = 0.0;
  double meal_at_s_ = 0.0;
  bool off_hours_today_ = false;
  bool keeps_load_overnight_ = false;
  bool last_act_ = false;

  std::vector<Stopover> stopovers_;
  bool restore_planned_ = false;
  int queued_steps_ = 0;
  double rolling_since_s_ = -1.0;
  geo::LocalPoint rolled_from_;

  PlaceIndex origin_ = nowhere;       ///< of the load
  PlaceIndex destination_ = nowhere;  ///< where it is said to go
  bool loaded_under_permit_ = false;
  bool loaded_off_hours_ = false;
  std::uint32_t loads_ = 0;
  NoteOfTransfer note_;
};

}  // namespace haulwatch::simulation
