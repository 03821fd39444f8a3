#pragma once

#include <haulwatch/detect/manifest_shelf.hpp>
#include <haulwatch/detect/permit_cover.hpp>
#include <haulwatch/detect/stage.hpp>
#include <haulwatch/detect/stop_place.hpp>
#include <haulwatch/event.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>

namespace haulwatch::detect {

/// Why no manifest covers a load, the likeliest cause first. The names are those of the wire.
enum class LoadMismatch : std::uint8_t {
  manifest_used,  ///< one that would fit covers an earlier load
  voided_before,  ///< one that would fit was void when the load was taken up
  closed_before,  ///< one that would fit was closed by then
  other_permit,   ///< the vehicle has one under a permit that does not cover this load, or covers it worse
  other_origin,   ///< it has one from another origin
  none,           ///< it has none
};

[[nodiscard]] constexpr std::string_view name_of(LoadMismatch mismatch) noexcept {
  constexpr std::array<std::string_view, 6> names{"manifest_used", "voided_before", "closed_before",
                                                  "other_permit",  "other_origin",  "none"};
  return names[static_cast<std::size_t>(mismatch)];
}

/// Finds the manifest that covers a load, among those of its vehicle that are known.
///
/// One fits that names the load's origin and a permit that covers the load as well as any, or where none covers it any
/// permit; that was opened before the load ended, and not more than a day before it was taken up (what was left open
/// then was another load's); that was not closed more than ten minutes before it was taken up (a driver closes early, a
/// loading is dated by its stop), nor voided by then; and that covers no other load. Of several: one whose destination
/// is where the load went, then one that was closed while the load was on its way, then the one opened nearest to the
/// loading, then the first by id.
///
/// Time: O(manifests on the shelf). Threads: as the shelf.
class ManifestMatch {
 public:
  /// \param now up to then the load is known to be on its way, or to have been
  ManifestMatch(const World& world, const ManifestShelf& shelf, const LoadTaken& load, TimeUtc now) noexcept
      : world_{world},
        shelf_{shelf},
        load_{load},
        best_rank_{permit_cover(world, load).fit.rank()},
        end_{load.unloaded_at == no_time ? now : load.unloaded_at},
        now_{now} {}

  /// A place in `ManifestShelf::entries()`.
  [[nodiscard]] std::optional<std::size_t> find() const noexcept {
    const auto entries = shelf_.entries();
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (!is_to_be_had(entries[i]) || !fits(entries[i].note)) continue;
      if (!best || worth(entries[i].note) < worth(entries[*best].note)) best = i;
    }
    return best;
  }

  /// \pre `find` found nothing
  [[nodiscard]] LoadMismatch mismatch() const noexcept {
    LoadMismatch likeliest = LoadMismatch::none;
    for (const ManifestShelf::Entry& entry : shelf_.entries()) likeliest = std::min(likeliest, why_not(entry));
    return likeliest;
  }

 private:
  static constexpr Milliseconds early_close = std::chrono::minutes{10};
  static constexpr Milliseconds one_day = std::chrono::hours{24};

  [[nodiscard]] bool is_to_be_had(const ManifestShelf::Entry& entry) const noexcept {
    if (entry.use == ManifestShelf::Use::free) return !entry.told;
    return entry.use == ManifestShelf::Use::carried && entry.trip == load_.trip;
  }

  [[nodiscard]] bool fits(const Note& note) const noexcept {
    return names_origin(note) && is_recent(note.opened_at) && note.opened_at <= end_ && !closed_before(note) &&
           !voided_before(note) && has_right_permit(note);
  }

  [[nodiscard]] bool is_recent(TimeUtc time) const noexcept { return time >= load_.loaded_at - one_day; }
  [[nodiscard]] bool names_origin(const Note& note) const noexcept {
    return note.origin_and_one != 0 && note.origin_and_one == load_.origin_and_one;
  }
  [[nodiscard]] bool closed_before(const Note& note) const noexcept {
    return note.closed_at != no_time && note.closed_at < load_.loaded_at - early_close;
  }
  [[nodiscard]] bool voided_before(const Note& note) const noexcept {
    return note.voided_at != no_time && note.voided_at <= load_.loaded_at;
  }
  [[nodiscard]] bool has_right_permit(const Note& note) const noexcept {
    if (best_rank_ == 0) return true;
    for (const registry::PermitIndex index : world_.permits)
      if (index + 1 == note.permit_and_one)
        return permit_fit(world_.registry.permits()[index], load_).rank() == best_rank_;
    return false;
  }

  /// The least is the best; equals are told apart by their order, which is that of the ids.
  [[nodiscard]] std::tuple<bool, bool, Milliseconds> worth(const Note& note) const noexcept {
    const bool elsewhere = load_.brought && note.destination_and_one != *load_.brought + 1;
    const bool closed_on_the_way = note.closed_at >= load_.loaded_at && note.closed_at <= now_;
    const Milliseconds apart = note.opened_at - load_.loaded_at;
    return {elsewhere, !closed_on_the_way, apart < Milliseconds{0} ? -apart : apart};
  }

  [[nodiscard]] LoadMismatch why_not(const ManifestShelf::Entry& entry) const noexcept {
    const Note& note = entry.note;
    if (note.opened_at > end_ || !is_recent(note.opened_at)) return LoadMismatch::none;
    if (entry.use == ManifestShelf::Use::spent) return fits(note) ? LoadMismatch::manifest_used : LoadMismatch::none;
    const bool open = !closed_before(note) && !voided_before(note);
    if (!names_origin(note)) return open && !entry.told ? LoadMismatch::other_origin : LoadMismatch::none;
    if (voided_before(note)) return LoadMismatch::voided_before;
    if (closed_before(note)) return LoadMismatch::closed_before;
    return entry.told ? LoadMismatch::none : LoadMismatch::other_permit;
  }

  const World& world_;
  const ManifestShelf& shelf_;
  const LoadTaken& load_;
  int best_rank_;
  TimeUtc end_;
  TimeUtc now_;
};

/// Under which permit and manifest a load goes, and what is wrong with that.
struct Papers {
  PermitCover cover;
  std::string_view manifest;
  std::optional<LoadMismatch> mismatch;  ///< it owes a manifest and has none
};

/// What a trip's event says of a load and its papers: all but the faults and the way.
[[nodiscard]] inline haulwatch::Trip trip_of(const World& world, const LoadTaken& load, const Papers& papers) noexcept {
  haulwatch::Trip trip;
  trip.origin = site_id(world, load.origin_and_one);
  trip.destination = site_id(world, load.brought ? *load.brought + 1 : 0);
  trip.loaded_at = load.loaded_at;
  trip.unloaded_at = load.unloaded_at;
  if (papers.cover.permit) trip.permit = world.registry.permits()[*papers.cover.permit].id;
  trip.manifest = papers.manifest;
  return trip;
}

/// Judges a load by what is known now, and takes the manifest that covers it off the shelf: `carried` while the load is
/// on its way, `spent` when it has ended. A load that went to a registered site which its manifest does not name has
/// the fault `wrong_destination`, whatever its permit says.
[[nodiscard]] inline Papers papers_of(const World& world, const LoadTaken& load, TimeUtc now,
                                      ManifestShelf::Use use) noexcept {
  Papers papers{permit_cover(world, load), {}, std::nullopt};
  if (world.manifests == nullptr) return papers;
  ManifestShelf& shelf = *world.manifests;
  const ManifestMatch match{world, shelf, load, now};
  const auto found = match.find();
  shelf.release(load.trip);
  if (found) {
    const Note& note = shelf.entries()[*found].note;
    shelf.take(*found, load.trip, use);
    papers.manifest = note.id;
    if (papers.cover.permit) papers.cover.permit = note.permit_and_one - 1;
    if (load.brought && note.destination_and_one != *load.brought + 1)
      papers.cover.faults.add(TripFault::wrong_destination);
  } else if (use == ManifestShelf::Use::spent && shelf.duty().holds_for(papers.cover.permit)) {
    papers.mismatch = match.mismatch();
    papers.cover.faults.add(TripFault::no_manifest);
  }
  return papers;
}

}  // namespace haulwatch::detect
