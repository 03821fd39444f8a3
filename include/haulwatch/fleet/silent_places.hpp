#pragma once

#include <haulwatch/event.hpp>
#include <haulwatch/fleet/fleet_fold.hpp>
#include <haulwatch/fleet/registries.hpp>
#include <haulwatch/lon_lat.hpp>
#include <haulwatch/units.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace haulwatch::fleet {

/// Finds terminals that fall silent near the same place on one loaded way after the other: somebody pulls a plug there
/// (`tamper_suspected`, sign `silent_again`).
///
/// Told once a vehicle and place, when it has fallen silent within `near_m` of it on `min_ways` of its last
/// `window` loaded ways. A silence in a registered site that it did not leave meanwhile is a terminal that sleeps, or
/// is slow, and counts nothing. Where two other vehicles fall silent again and again as well is a tunnel or an area
/// without a network: there nothing is told, and what was told is taken back.
///
/// Remembered are the ways of the last `memory`; what was told of older ones stands. Time: O(`window`) a way, and a
/// look at the others near it for each that repeats. Memory: some 60 B a loaded way and 80 B a silence. Texts are views
/// as in the events: they have to live as long as the fold does. Threads: as a container.
class SilentPlaces {
 public:
  struct Silence {
    SubjectId silence{};
    TimeUtc start = no_time;
    TimeUtc end = no_time;       ///< `no_time` while it lasts
    TimeUtc detected = no_time;  ///< of the end
    LonLat place;                ///< where it was last heard
    bool placed = false;         ///< that is known
    bool left = true;            ///< it was heard again elsewhere
  };
  struct Way {
    SubjectId trip{};
    TimeUtc loaded = no_time;
    TimeUtc unloaded = no_time;
    TimeUtc detected = no_time;
    std::uint32_t registry = 0;
  };
  struct Rest {
    SubjectId stop{};
    TimeUtc start = no_time;
    TimeUtc end = no_time;
  };

  template <class Text>
  struct Telling {
    Text vehicle{};
    std::uint16_t revision = 0;
    bool stands = false;
    bool settled = false;  ///< what it was told of is no longer remembered
    std::uint32_t registry = 0;
    TimeUtc since = no_time;  ///< loading of the first way that counts
    TimeUtc time = no_time;
    TimeUtc detected = no_time;
    LonLat place;
    Measures values;
  };

  struct State {
    template <class Thing>
    struct Of {
      std::uint32_t vehicle = 0;
      Thing thing;
    };
    std::vector<std::string> texts;
    std::vector<Of<Silence>> silences;
    std::vector<Of<Way>> ways;
    std::vector<Of<Rest>> rests;
    std::vector<Telling<std::uint32_t>> tellings;
    TimeUtc swept = no_time;
  };

  static constexpr Milliseconds memory = std::chrono::days{14};
  static constexpr double near_m = 200.0;
  static constexpr std::size_t window = 10;
  static constexpr int min_ways = 3;
  static constexpr int ways_of_others = 2;  ///< of each of two others, for a blind area

  SilentPlaces() = default;
  SilentPlaces(SilentPlaces&&) noexcept = default;
  SilentPlaces& operator=(SilentPlaces&&) noexcept = default;
  SilentPlaces(const SilentPlaces&) = delete;  // `save` and `restore` copy
  SilentPlaces& operator=(const SilentPlaces&) = delete;
  ~SilentPlaces() = default;

  [[nodiscard]] static bool reads(EventKind kind) noexcept {
    return kind == EventKind::signal_lost || kind == EventKind::signal_restored || kind == EventKind::stop_ended ||
           kind == EventKind::trip_ended;
  }
  void apply(const Event& event, const Registries& registries);
  void undo(const Event& event);
  void tell(TimeUtc moment, const Registries& registries, std::vector<Event>& out);

  [[nodiscard]] State save() const;
  void restore(const State& state);

 private:
  using Told = Telling<std::string_view>;
  using Number = std::uint32_t;  ///< of a vehicle, by first appearance

  /// A silence on a loaded way.
  struct Mark {
    std::size_t way = 0;
    TimeUtc start = no_time;
    TimeUtc end = no_time;
    TimeUtc detected = no_time;
    LonLat place;

    friend bool operator==(const Mark&, const Mark&) = default;
  };
  struct Vehicle {
    std::string_view name;
    std::vector<Silence> silences;  ///< by start
    std::vector<Way> ways;          ///< by loading
    std::vector<Rest> rests;        ///< stops in registered sites, by start
    std::vector<Mark> marks;        ///< what follows of those, by way and start
    std::set<SubjectId> told;
  };

  Number number_of(std::string_view name);
  void add(Number vehicle, const Way& way);
  void note_if_judged(Number vehicle, TimeUtc start);
  Silence& silence_of(Number vehicle, SubjectId silence, TimeUtc start);
  void renew_marks(Number vehicle);
  void index(Number vehicle, const std::vector<Mark>& marks, int change);
  template <class Each>
  void for_each_near(LonLat place, Each&& each) const;
  /// On how many of its ways up to one, of a window, it fell silent near a place.
  struct Repeated {
    int ways = 0;
    std::size_t first_way = 0;
  };
  [[nodiscard]] static Repeated repeated_near(const Vehicle& of, std::size_t last_way, LonLat place);
  [[nodiscard]] bool is_blind_area(Number except, LonLat place) const;
  void find(Number vehicle, std::vector<Told>& found) const;
  void judge(Number vehicle, TimeUtc moment, std::vector<Event>& out);
  void sweep(TimeUtc moment);

  std::unordered_map<std::string_view, Number> numbers_;
  std::deque<Vehicle> vehicles_;
  std::unordered_map<std::uint64_t, std::map<Number, int>> cells_;  ///< how many marks of whom
  std::unordered_map<SubjectId, Told> tellings_;
  std::set<SubjectId> standing_;  ///< tellings that may yet be taken back
  std::set<Number> changed_;      ///< since the last moment
  std::set<Number> again_;        ///< to be judged again for what others did
  TimeUtc swept_ = no_time;
  std::deque<std::string> restored_;
};
static_assert(FleetFold<SilentPlaces>);

}  // namespace haulwatch::fleet
