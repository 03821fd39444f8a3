#pragma once

#include <haulwatch/event.hpp>
#include <haulwatch/fleet/fleet_fold.hpp>
#include <haulwatch/fleet/identities.hpp>
#include <haulwatch/fleet/quota.hpp>
#include <haulwatch/fleet/registries.hpp>
#include <haulwatch/fleet/silent_places.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace haulwatch::fleet {

/// Runs folds over the merged events of all vehicles and puts what they say among them: the events of the vehicles go
/// through unchanged, in the same order, `happens_before`.
///
/// Events with one `detected` are held until that moment is over, since the folds must not see which vehicle's name
/// comes first; `complete_before` says that a moment is over before a later event does. An event that comes too late
/// for the order (what a vehicle had kept through a dead zone) is still counted where it belongs: what that changes is
/// told as revisions. Such a revision may have been proven by an earlier fix than what it replaces, and then comes
/// first where events are sorted: the highest revision counts, not the last one given.
///
/// Time: what the folds need, and a copy of each event. Memory: the folds, the events of one moment, and some 40 B for
/// each event that was revised and that a fold reads; nothing is allocated for moments that no fold reads once the
/// buffers have grown. Threads: as a container.
template <FleetFold... Folds>
class BasicFleet {
 public:
  /// Of the folds, between two moments.
  struct State {
    std::tuple<typename Folds::State...> folds;
    std::unordered_map<EventId, std::uint16_t> revisions;
    std::uint32_t told = 0;
  };

  explicit BasicFleet(std::shared_ptr<const registry::Registry> registry) : registries_{std::move(registry)} {}
  BasicFleet(std::shared_ptr<const registry::Registry> registry, Folds... folds)
      : registries_{std::move(registry)}, folds_{std::move(folds)...} {}

  BasicFleet(const BasicFleet&) = delete;  // folds hold on to places within themselves
  BasicFleet& operator=(const BasicFleet&) = delete;

  /// Events that name a version are judged by it: it has to be known before they come.
  void add(std::shared_ptr<const registry::Registry> registry) { registries_.add(std::move(registry)); }

  /// The next event of the merge. What is over by it goes to `take(const Event&)`.
  template <class Take>
  void on_event(const Event& event, Take&& take) {
    if (!moment_.empty() && moment_.front().detected != event.detected) end_moment(take);
    moment_.push_back(event);
  }

  /// No event with an earlier `detected` is still to come.
  template <class Take>
  void complete_before(TimeUtc bound, Take&& take) {
    if (!moment_.empty() && moment_.front().detected < bound) end_moment(take);
  }

  template <class Take>
  void finish(Take&& take) {
    complete_before(TimeUtc::max(), take);
  }

  /// Whether a moment is going on: what is held of it is no part of `save`.
  [[nodiscard]] bool holds_events() const noexcept { return !moment_.empty(); }

  [[nodiscard]] State save() const {
    return {std::apply([](const Folds&... fold) { return std::tuple{fold.save()...}; }, folds_), revisions_, told_};
  }
  void restore(const State& state) {
    moment_.clear();
    told_ = state.told;
    revisions_ = state.revisions;
    restore(state, std::index_sequence_for<Folds...>{});
  }

  template <class Fold>
  [[nodiscard]] const Fold& get() const noexcept {
    return std::get<Fold>(folds_);
  }

 private:
  template <std::size_t... I>
  void restore(const State& state, std::index_sequence<I...>) {
    (std::get<I>(folds_).restore(std::get<I>(state.folds)), ...);
  }

  template <class Take>
  void end_moment(Take& take) {
    const TimeUtc moment = moment_.front().detected;
    const bool read = give_moment();
    if (read) std::apply([&](Folds&... fold) { (fold.tell(moment, registries_, found_), ...); }, folds_);
    number_found();
    auto next = found_.begin();
    for (const Event& event : moment_) {
      for (; next != found_.end() && happens_before(*next, event); ++next) take(std::as_const(*next));
      take(event);
    }
    for (; next != found_.end(); ++next) take(std::as_const(*next));
    found_.clear();
    moment_.clear();
  }

  /// Gives the folds what concerns them of the moment. \return whether anything did
  bool give_moment() {
    bool any = false;
    for (const Event& event : moment_) {
      if (!(Folds::reads(event.kind) || ...) || is_outdated(event)) continue;
      any = true;
      std::apply([&](Folds&... fold) { (give(fold, event), ...); }, folds_);
    }
    return any;
  }

  template <class Fold>
  void give(Fold& fold, const Event& event) {
    if (!Fold::reads(event.kind)) return;
    if (event.revision > 0 || event.retracted) fold.undo(event);
    if (!event.retracted) fold.apply(event, registries_);
  }

  /// Whether a later revision of the event has been given.
  bool is_outdated(const Event& event) {
    if (event.revision == 0) return !revisions_.empty() && revisions_.contains(event.id);
    std::uint16_t& newest = revisions_.try_emplace(event.id, event.revision).first->second;
    if (event.revision < newest) return true;
    newest = event.revision;
    return false;
  }

  /// In an order that does not know in which one the folds spoke.
  void number_found() {
    std::sort(found_.begin(), found_.end(), [](const Event& a, const Event& b) {
      return std::tie(a.detected, a.vehicle, a.time, a.kind, a.id, a.revision) <
             std::tie(b.detected, b.vehicle, b.time, b.kind, b.id, b.revision);
    });
    for (Event& event : found_) event.sequence = first_fleet_sequence + told_++;
  }

  Registries registries_;
  std::tuple<Folds...> folds_;
  std::vector<Event> moment_;  ///< all have the same `detected`
  std::vector<Event> found_;
  std::unordered_map<EventId, std::uint16_t> revisions_;  ///< the highest given of what was revised
  std::uint32_t told_ = 0;
};

/// The folds that ship with the library.
using Fleet = BasicFleet<Quota, Identities, SilentPlaces>;

}  // namespace haulwatch::fleet
