#pragma once

#include <haulwatch/event.hpp>
#include <haulwatch/fleet/fleet_fold.hpp>
#include <haulwatch/fleet/registries.hpp>
#include <haulwatch/lon_lat.hpp>
#include <haulwatch/units.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace haulwatch::fleet {

/// Counts the loads of each permit against its `max_loads`, and says each one that was too many.
///
/// A load is a trip that has ended under the permit, wherever it ended: what left the site counts, and only the end
/// settles under which of its permits a truck drove. Loads are numbered in the order of (`detected` of the trip's end,
/// `loaded_at`), never by vehicle; two that agree in both cannot be told apart, and both bear the number of the later.
/// Counted are the loads taken up since the permit's `valid_from`, in the version of the registry that judged the load.
/// What has a number above `max_loads` gives one `quota_exceeded`, of the trip's vehicle, time and place; it is revised
/// or retracted when an earlier load is corrected.
///
/// Time: O(1) a load at the end of the order, O(loads of the permit after it) for a correction. Memory: some 200 B a
/// load and 300 B more for one that was too many. Texts are views as in the events: they have to live as long as the
/// fold does. Threads: as a container.
class Quota {
 public:
  /// One load. `Text` is a view, or, saved, a place in the list of texts.
  template <class Text>
  struct Load {
    SubjectId trip{};
    TimeUtc detected = no_time;
    TimeUtc loaded_at = no_time;
    TimeUtc time = no_time;
    TimeUtc valid_from = no_time;
    std::optional<LonLat> place;
    Text vehicle{};
    Text permit{};
    std::uint32_t registry = 0;
    std::uint32_t max_loads = unlimited;
    bool inferred = false;
  };

  /// What was last said of a load that was, or is, too many.
  template <class Text>
  struct Telling {
    Load<Text> load;
    std::uint32_t loads = 0;
    std::uint16_t revision = 0;
    bool stands = false;
  };

  struct State {
    std::vector<std::string> texts;
    std::vector<Load<std::uint32_t>> loads;
    std::vector<Telling<std::uint32_t>> tellings;
  };

  static constexpr std::uint32_t unlimited = std::numeric_limits<std::uint32_t>::max();

  Quota() = default;
  Quota(Quota&&) noexcept = default;
  Quota& operator=(Quota&&) noexcept = default;
  Quota(const Quota&) = delete;  // `save` and `restore` copy
  Quota& operator=(const Quota&) = delete;
  ~Quota() = default;

  [[nodiscard]] static bool reads(EventKind kind) noexcept { return kind == EventKind::trip_ended; }
  void apply(const Event& event, const Registries& registries);
  void undo(const Event& event);
  void tell(TimeUtc moment, const Registries& registries, std::vector<Event>& out);

  [[nodiscard]] State save() const;
  void restore(const State& state);

  /// Loads that stand under a permit, of any validity.
  [[nodiscard]] std::size_t loads(std::string_view permit) const noexcept;

 private:
  using Loaded = Load<std::string_view>;
  using Told = Telling<std::string_view>;

  /// The loads of one permit in their order.
  struct Book {
    std::vector<Loaded> loads;
    std::size_t changed_from = 0;  ///< what comes before has been judged
    // How many of the loads before `counted` were taken up from `since` on.
    TimeUtc since = no_time;
    std::size_t counted = 0;
    std::uint32_t count = 0;
  };
  struct Entry {
    Book* book = nullptr;
    TimeUtc detected = no_time;
    TimeUtc loaded_at = no_time;
    SubjectId excess{};  ///< subject of what would be told of it
  };

  void add(const Loaded& load);
  static void note_change(Book& book, std::size_t position, const Loaded& at);
  void judge(Book& book, TimeUtc moment, std::vector<Event>& out);
  void judge_load(const Loaded& load, std::uint32_t number, TimeUtc moment, std::vector<Event>& out);
  void take_back(SubjectId subject, Told& told, TimeUtc moment, std::vector<Event>& out);

  std::map<std::string, Book, std::less<>> books_;
  std::unordered_map<SubjectId, Entry> entries_;  ///< by trip
  std::unordered_map<SubjectId, Told> tellings_;  ///< by subject of the excess
  std::map<std::string_view, Book*> changed_;     ///< since the last moment
  std::set<SubjectId> vanished_;                  ///< excesses whose load was taken away since the last moment
  std::deque<std::string> restored_;              ///< texts of a restored state
};
static_assert(FleetFold<Quota>);

}  // namespace haulwatch::fleet
