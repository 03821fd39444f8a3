#pragma once

#include <haulwatch/event.hpp>
#include <haulwatch/lon_lat.hpp>
#include <haulwatch/registry/objects.hpp>
#include <haulwatch/trip_fault.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace haulwatch::detect {

/// A manifest in the version that the platform knows, its references being numbers of the registry.
struct Note {
  std::string_view id;  ///< kept by the engine
  TimeUtc at = no_time;
  TimeUtc opened_at = no_time;
  TimeUtc closed_at = no_time;  ///< `no_time` while it is open
  TimeUtc voided_at = no_time;
  std::uint32_t permit_and_one = 0;  ///< 0: the registry has none of that name; likewise below
  std::uint32_t origin_and_one = 0;
  std::uint32_t destination_and_one = 0;
};

/// Which loads owe a manifest: those of permits under which any vehicle has one at all, and, where anybody has, those
/// that no permit covers. Known to the whole run, so that it cannot depend on which vehicles share a shard.
struct ManifestDuty {
  std::vector<bool> permits;     ///< by `PermitIndex`
  bool uncovered_loads = false;  ///< those without a permit

  /// Every load owes one, and no run has to have seen a manifest first.
  [[nodiscard]] static ManifestDuty of_all(std::size_t permit_count) {
    return {std::vector<bool>(permit_count, true), true};
  }

  [[nodiscard]] bool holds_for(std::optional<registry::PermitIndex> permit) const noexcept {
    return permit ? *permit < permits.size() && permits[*permit] : uncovered_loads;
  }
};

/// A trip that was told to have no manifest though it owed one: a manifest that becomes known later may mend that.
struct UncoveredTrip {
  SubjectId trip{};
  TimeUtc loaded_at = no_time;
  TimeUtc unloaded_at = no_time;
  TimeUtc over = no_time;   ///< for want of `unloaded_at`
  TimeUtc ended = no_time;  ///< `time` of its event
  std::optional<LonLat> place;
  float distance_m = 0;
  std::uint32_t origin_and_one = 0;
  std::uint32_t destination_and_one = 0;
  TripFaults faults;  ///< but for `no_manifest`
  bool inferred = false;
  std::string_view mismatch;  ///< as it was told: a text that lives for ever
};

/// One vehicle's manifests and what became of each: part of its fold, beside the states of the stages.
///
/// Memory: 96 B a manifest that waits for its load, and at most `kept_spent` that do not. Allocates as it grows.
/// Threads: as a container; it belongs to its vehicle's shard.
class ManifestShelf {
 public:
  enum class Use : std::uint8_t {
    free,
    carried,  ///< by the load that is on its way
    spent,    ///< its load has ended: one manifest covers one load
  };
  struct Entry {
    Note note;
    SubjectId trip{};  ///< which carries it or has spent it
    Use use = Use::free;
    bool told = false;  ///< unmatched

    [[nodiscard]] bool waits() const noexcept { return use == Use::free && !told; }
  };
  static constexpr std::size_t kept_spent = 64;     ///< of those that nothing more is expected of
  static constexpr std::size_t kept_uncovered = 8;  ///< trips without one

  ManifestShelf() = default;
  explicit ManifestShelf(std::shared_ptr<const ManifestDuty> duty) noexcept : duty_{std::move(duty)} {}

  [[nodiscard]] const ManifestDuty& duty() const noexcept { return *duty_; }

  /// A new version replaces the one that has the same id, unless that was known later; what became of it stays.
  void put(const Note& note) {
    const auto at = position_of(note.id);
    changed_ = true;
    if (at != entries_.end() && at->note.id == note.id) {
      if (note.at >= at->note.at) at->note = note;
      return;
    }
    entries_.insert(at, Entry{note, {}, Use::free, false});
    drop_old_spent();
  }

  /// It is another vehicle's from now on.
  void remove(std::string_view id) {
    const auto at = position_of(id);
    if (at == entries_.end() || at->note.id != id) return;
    entries_.erase(at);
    changed_ = true;
  }

  /// By id.
  [[nodiscard]] std::span<const Entry> entries() const noexcept { return entries_; }

  void take(std::size_t entry, SubjectId trip, Use use) noexcept {
    entries_[entry].trip = trip;
    entries_[entry].use = use;
    changed_ = true;
  }
  /// What the trip carries may be taken by any load again.
  void release(SubjectId trip) noexcept {
    for (Entry& entry : entries_) {
      if (entry.use != Use::carried || entry.trip != trip) continue;
      entry.use = Use::free;
      changed_ = true;
    }
  }
  void mark_told(std::size_t entry) noexcept { entries_[entry].told = true; }

  /// Whether anything was put, removed, taken or released since the last call.
  [[nodiscard]] bool take_changed() noexcept { return std::exchange(changed_, false); }

  /// The oldest first.
  [[nodiscard]] std::vector<UncoveredTrip>& uncovered() noexcept { return uncovered_; }
  void keep_uncovered(const UncoveredTrip& trip) {
    if (uncovered_.size() == kept_uncovered) uncovered_.erase(uncovered_.begin());
    uncovered_.push_back(trip);
  }

  /// Replaces each id by what `keep(id)` gives for it: for a copy that outlives whoever kept them.
  template <class Keep>
  void rename_ids(Keep&& keep) {
    for (Entry& entry : entries_) entry.note.id = keep(entry.note.id);
  }

 private:
  [[nodiscard]] std::vector<Entry>::iterator position_of(std::string_view id) noexcept {
    return std::lower_bound(entries_.begin(), entries_.end(), id,
                            [](const Entry& entry, std::string_view wanted) { return entry.note.id < wanted; });
  }

  [[nodiscard]] static bool is_done(const Entry& entry) noexcept {
    return entry.told || entry.use == Use::spent || (entry.use == Use::free && entry.note.voided_at != no_time);
  }

  void drop_old_spent() {
    if (entries_.size() <= kept_spent) return;
    if (static_cast<std::size_t>(std::count_if(entries_.begin(), entries_.end(), is_done)) <= kept_spent) return;
    const auto older = [](const Entry& a, const Entry& b) {
      if (is_done(a) != is_done(b)) return is_done(a);
      return a.note.opened_at < b.note.opened_at;
    };
    entries_.erase(std::min_element(entries_.begin(), entries_.end(), older));
  }

  std::shared_ptr<const ManifestDuty> duty_;
  std::vector<Entry> entries_;
  std::vector<UncoveredTrip> uncovered_;
  bool changed_ = false;
};

}  // namespace haulwatch::detect
