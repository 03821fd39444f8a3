#pragma once

#include <haulwatch/event.hpp>
#include <haulwatch/fleet/fleet_fold.hpp>
#include <haulwatch/fleet/registries.hpp>
#include <haulwatch/lon_lat.hpp>
#include <haulwatch/units.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace haulwatch::fleet {

/// Finds names of vehicles that are mixed up with each other, which no vehicle's own reports can show, and tells each
/// of the two with the other's name (`identity_suspected`, `other`).
///
/// - `second_id`: one vehicle reports under two names. Stops of both begin and end together at the same places, again
///   and again, and no stop of one was while the other stood, or passed a fence, elsewhere. Two that queue or rest
///   together share a place; two that drive together share some stops; only one vehicle shares all of them:
///   `min_agreeing` stops in a row, at `min_places` places, few with other edges among them.
/// - `swapped_id`: two vehicles have exchanged names. Each track breaks off where the other goes on, at the same time,
///   farther than a vehicle can have driven. Tracks break off where a vehicle says so (`track_jumped`), or between two
///   stops that follow each other faster than anybody drives from standstill to standstill.
///
/// A finding is of its pair's stops and jumps alone, so that it does not depend on names or on the order of arrival.
/// Remembered is what ended within `memory` before the present moment; what was told of older things stands.
///
/// Time: O(1) a stop as long as few vehicles stand within 100 m and a minute of it; O(stops remembered) for each of
/// those that agree with it. Memory: some 150 B a stop remembered. Texts are views as in the events: they have to live
/// as long as the fold does. Threads: as a container.
class Identities {
 public:
  /// A stop, as far as it concerns identity.
  struct Stay {
    SubjectId stop{};
    TimeUtc start = no_time;
    TimeUtc end = no_time;
    TimeUtc detected = no_time;
    LonLat place;
    std::uint32_t registry = 0;
  };

  /// A way that nobody can have driven.
  struct Leap {
    SubjectId jump{};  ///< of the `track_jumped`; that of the stop after it where stops alone show it
    TimeUtc start = no_time;
    TimeUtc end = no_time;
    TimeUtc detected = no_time;
    LonLat from;
    LonLat to;
    std::uint32_t registry = 0;
  };

  /// Between two reports, at a fence: where the vehicle was then.
  struct Sighting {
    EventId event{};
    TimeUtc time = no_time;
    LonLat place;
  };

  /// A stop that seems to go on through it need not have.
  struct Unheard {
    SubjectId silence{};
    TimeUtc start = no_time;
    TimeUtc end = no_time;
  };

  enum class Sign : std::uint8_t { second_id, swapped_id };

  /// What is said to one of a pair. `Text` is a view, or, saved, a place in the list of texts.
  template <class Text>
  struct Telling {
    Text vehicle{};
    Text other{};
    Sign sign{};
    std::uint16_t revision = 0;
    bool stands = false;
    bool settled = false;  ///< what it was told of is no longer remembered
    std::uint32_t registry = 0;
    TimeUtc since = no_time;
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
    std::vector<Of<Stay>> stays;
    std::vector<Of<Leap>> jumps;
    std::vector<Of<Sighting>> sightings;
    std::vector<Of<Unheard>> silences;
    std::vector<Telling<std::uint32_t>> tellings;
    TimeUtc swept = no_time;
  };

  static constexpr Milliseconds memory = std::chrono::days{3};
  static constexpr int min_agreeing = 6;
  static constexpr int min_places = 3;

  Identities() = default;
  Identities(Identities&&) noexcept = default;
  Identities& operator=(Identities&&) noexcept = default;
  Identities(const Identities&) = delete;  // `save` and `restore` copy
  Identities& operator=(const Identities&) = delete;
  ~Identities() = default;

  [[nodiscard]] static bool reads(EventKind kind) noexcept {
    return kind == EventKind::stop_ended || kind == EventKind::track_jumped || kind == EventKind::signal_restored ||
           kind == EventKind::site_entered || kind == EventKind::site_left;
  }
  void apply(const Event& event, const Registries& registries);
  void undo(const Event& event);
  void tell(TimeUtc moment, const Registries& registries, std::vector<Event>& out);

  [[nodiscard]] State save() const;
  void restore(const State& state);

 private:
  using Told = Telling<std::string_view>;
  using Number = std::uint32_t;  ///< of a vehicle, by first appearance
  using Pair = std::pair<Number, Number>;

  struct Vehicle {
    std::string_view name;
    std::vector<Stay> stays;                     ///< by start
    std::vector<Leap> jumps;                     ///< that it told itself, by start
    std::vector<Leap> leaps;                     ///< those, and such as its stops show, by start
    std::vector<Sighting> sightings;             ///< by time
    std::vector<Unheard> silences;               ///< by start
    std::map<Number, int> companions;            ///< how many stops agree with one of theirs
    std::map<Number, std::set<SubjectId>> told;  ///< with whom it was said to be mixed up
  };
  struct Standing {
    Number vehicle = 0;
    Stay stay;
  };
  struct Meeting;
  struct Chain;

  Number number_of(std::string_view name);
  void add(Number vehicle, const Stay& stay);
  void add(Number vehicle, const Leap& jump);
  void remove_stay(Number vehicle, SubjectId stop);
  void forget_standing(Number vehicle, const Stay& stay);
  void remove_jump(Number vehicle, SubjectId jump);
  void count_companions(Number vehicle, const Stay& stay, int change);
  void renew_leaps(Number vehicle);
  void note_leap_partners(Number vehicle, const Leap& leap);
  void sweep(TimeUtc moment);

  void note_companions(Number vehicle);
  static void add_meetings(const Vehicle& a, const Vehicle& b, std::vector<Meeting>& all);
  static void add_sightings(const Vehicle& standing, const Vehicle& seen, std::vector<Meeting>& all);
  [[nodiscard]] static std::vector<Meeting> meetings(const Vehicle& a, const Vehicle& b);
  void find_second_ids(Pair pair, std::vector<Told>& found) const;
  void find_swaps(Pair pair, std::vector<Told>& found) const;
  void judge(Pair pair, TimeUtc moment, std::vector<Event>& out);
  void tell_one(SubjectId subject, const Told& now, TimeUtc moment, std::vector<Event>& out);

  std::unordered_map<std::string_view, Number> numbers_;
  std::deque<Vehicle> vehicles_;
  std::unordered_map<std::uint64_t, std::vector<Standing>> standing_;  ///< by when they ended, and where
  std::multimap<TimeUtc, Number> leaping_;                             ///< by start of a leap
  std::unordered_map<SubjectId, Told> tellings_;
  std::set<Number> leapt_;   ///< vehicles whose stops or jumps changed since the last moment
  std::set<Pair> changed_;   ///< since the last moment
  TimeUtc swept_ = no_time;  ///< up to then everything is forgotten
  std::deque<std::string> restored_;
};
static_assert(FleetFold<Identities>);

}  // namespace haulwatch::fleet
