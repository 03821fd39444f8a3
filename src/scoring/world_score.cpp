#include <haulwatch/scoring/world_score.hpp>

#include <haulwatch/scoring/episode.hpp>
#include <haulwatch/scoring/episode_match.hpp>
#include <haulwatch/scoring/interval_index.hpp>
#include <haulwatch/scoring/kind_rule.hpp>
#include <haulwatch/scoring/kind_score.hpp>
#include <haulwatch/scoring/true_silences.hpp>
#include <haulwatch/scoring/true_stops.hpp>

#include <algorithm>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace haulwatch::scoring {
namespace {

constexpr double usual_interval_s = 10.0;
constexpr KindRule halts{"halt", "halt", {}, InTime::intersection_over_union, SameObject::not_asked};
constexpr KindRule look_alikes{"look_alike", "look_alike", {}, InTime::intersection_over_union, SameObject::not_asked};

/// The records of one file by the kind that reports name.
class RecordsByKind {
 public:
  explicit RecordsByKind(const RecordSet& set) {
    std::map<std::string_view, std::string_view> kind_of;
    for (const KindRule& rule : kind_rules()) {
      kind_of[rule.opening] = rule.kind;
      if (!rule.closing.empty()) kind_of[rule.closing] = rule.kind;
    }
    kind_of["lead_updated"] = "lead";
    for (const Record& record : set.records) {
      const auto known = kind_of.find(record.kind);
      records_[known != kind_of.end() ? known->second : record.kind].push_back(&record);
    }
  }

  [[nodiscard]] std::span<const Record* const> of(std::string_view kind) const {
    const auto found = records_.find(kind);
    return found == records_.end() ? std::span<const Record* const>{} : found->second;
  }

  void add_kinds_to(std::set<std::string_view>& kinds) const {
    for (const auto& [kind, records] : records_) kinds.insert(kind);
  }

 private:
  std::map<std::string_view, std::vector<const Record*>> records_;
};

TimeUtc latest_in(const RecordSet& set) {
  TimeUtc latest = no_time;
  for (const Record& record : set.records) latest = std::max({latest, record.time, record.start, record.end});
  return latest;
}

/// Where the truth does not say how long it watched: from the first to the last that it knows of each truck.
double watched_days(const RecordSet& truth) {
  std::map<std::string_view, std::pair<TimeUtc, TimeUtc>> spans;
  for (const Record& record : truth.records) {
    if (record.vehicle.empty()) continue;
    const TimeUtc first = record.start != no_time ? record.start : record.time;
    const TimeUtc last = std::max(record.time, record.end);
    const auto span = spans.try_emplace(record.vehicle, first, last).first;
    span->second = {std::min(span->second.first, first), std::max(span->second.second, last)};
  }
  double days = 0.0;
  for (const auto& [vehicle, span] : spans) days += seconds(span.second - span.first) / 86400.0;
  return days;
}

/// Holds one world's claims of each kind against its truths.
class WorldScorer {
 public:
  WorldScorer(const RecordSet& truth, const RecordSet& events, const ScoreOptions& options)
      : truths_{truth},
        claims_{events},
        interval_s_{options.interval_s ? options.interval_s : truth.world.interval_s},
        horizon_{std::max(latest_in(truth), latest_in(events))},
        silences_{truths(rule_of("silence"))} {
    tally_.truck_days = truth.world.truck_days ? *truth.world.truck_days : watched_days(truth);
  }

  WorldTally run() {
    for (const KindRule& rule : kind_rules()) {
      if (rule.kind == "stop")
        score_stops(rule);
      else if (rule.kind == "dump")
        score_dumps(rule);
      else if (rule.kind == "silence")
        score_silences(rule);
      else if (rule.kind == "trip")
        score_trips(adapted(rule));
      else
        score_other(adapted(rule));
    }
    for (const std::string_view kind : kinds_without_rule()) score_other(adapted(rule_of_other_kinds(kind)));
    return std::move(tally_);
  }

 private:
  /// Nobody can place an instant better than the reports about it lie.
  [[nodiscard]] KindRule adapted(KindRule rule) const {
    rule.tolerance = std::max(rule.tolerance, milliseconds(interval_s_.value_or(usual_interval_s)));
    return rule;
  }

  [[nodiscard]] std::vector<Episode> truths(const KindRule& rule) const {
    return episodes_of(truths_.of(rule.kind), rule, Revision::final, horizon_);
  }
  [[nodiscard]] std::vector<Episode> claims(const KindRule& rule, Revision revision) const {
    return episodes_of(claims_.of(rule.kind), rule, revision, horizon_);
  }

  [[nodiscard]] std::set<std::string_view> kinds_without_rule() const {
    std::set<std::string_view> kinds;
    truths_.add_kinds_to(kinds);
    claims_.add_kinds_to(kinds);
    for (const KindRule& rule : kind_rules()) kinds.erase(rule.kind);
    kinds.erase(halts.kind);
    kinds.erase(look_alikes.kind);
    return kinds;
  }

  void score_other(const KindRule& rule) {
    if (truths_.of(rule.kind).empty() && claims_.of(rule.kind).empty()) return;
    const std::vector<Episode> owed = truths(rule);
    keep(rule, owed, score_kind(owed, claims(rule, Revision::final), rule));
  }

  /// What could be heard of the truths is told beside the whole.
  void count_heard(std::span<const Episode> owed, KindResult& result) const {
    for (std::size_t i = 0; i < owed.size(); ++i)
      if (silences_.leave_heard(owed[i])) result.tally.heard.add(result.truth_is_found[i]);
  }

  void keep(const KindRule& rule, std::span<const Episode> owed, KindResult result) {
    count_heard(owed, result);
    tally_.kinds[std::string{rule.kind}] = std::move(result.tally);
  }

  [[nodiscard]] static const KindRule& rule_of(std::string_view kind) {
    return *std::ranges::find(kind_rules(), kind, &KindRule::kind);
  }

  /// Nobody can tell when it was within a silence.
  void give_leeway(Episode& trip) const {
    if (const auto silence = silences_.around(trip.told->vehicle, trip.start)) {
      trip.start_early = trip.start - silence->from;
      trip.start_late = silence->to - trip.start;
    }
    if (const auto silence = silences_.around(trip.told->vehicle, trip.end)) {
      trip.end_early = trip.end - silence->from;
      trip.end_late = silence->to - trip.end;
    }
  }

  /// From the loading on nothing was heard until it was over.
  [[nodiscard]] bool is_unheard(const Episode& trip) const {
    const auto silence = silences_.around(trip.told->vehicle, trip.start);
    return silence && silence->from < trip.start && trip.end <= silence->to;
  }

  /// Claims that mean one of those are neither right nor wrong.
  static IsNeutral means_one_of(const std::vector<Episode>& unheard, const KindRule& rule) {
    return [&unheard, rule](const Episode& claim) {
      return std::ranges::any_of(unheard, [&](const Episode& truth) {
        return truth.told->vehicle == claim.told->vehicle && fit(truth, claim, rule);
      });
    };
  }

  [[nodiscard]] static std::vector<Episode> split_off(std::vector<Episode>& owed, const auto& belongs) {
    const auto first = std::stable_partition(owed.begin(), owed.end(), [&](const Episode& e) { return !belongs(e); });
    std::vector<Episode> off{first, owed.end()};
    owed.erase(first, owed.end());
    return off;
  }

  void score_trips(const KindRule& rule) {
    std::vector<Episode> owed = truths(rule);
    const std::vector<Episode> claimed = claims(rule, Revision::final);
    if (owed.empty() && claimed.empty()) return;
    for (Episode& trip : owed) give_leeway(trip);
    const std::vector<Episode> unheard = split_off(owed, [&](const Episode& trip) { return is_unheard(trip); });
    keep(rule, owed, score_kind(owed, claimed, rule, means_one_of(unheard, rule)));
  }

  /// The load that was dumped was taken up, brought there and dumped without the truck being heard once.
  [[nodiscard]] std::vector<Episode> unheard_dumps(std::vector<Episode>& dumps) const {
    constexpr std::chrono::minutes apart_at_most{1};
    const std::vector<Episode> trips = truths(rule_of("trip"));
    const IntervalIndex index{trips};
    return split_off(dumps, [&](const Episode& dump) {
      bool unheard = false;
      index.each_touching(dump.told->vehicle, dump.end, dump.end, [&](std::uint32_t i) {
        const bool its_own = std::chrono::abs(trips[i].end - dump.end) <= apart_at_most && trips[i].start <= dump.start;
        unheard = unheard || (its_own && is_unheard(trips[i]));
      });
      return unheard;
    });
  }

  void score_stops(const KindRule& rule) {
    const TrueStops stops{truths(rule), truths(halts), owed_stop_length(interval_s_)};
    const std::vector<Episode> claimed = claims(rule, Revision::final);
    KindResult result =
        score_kind(stops.owed(), claimed, rule, [&](const Episode& claim) { return stops.is_neutral(claim); });
    for (const Match pair : result.matches) {
      const std::string_view purpose = stops.owed()[pair.truth].told->purpose;
      if (!purpose.empty()) ++tally_.purposes[{std::string{purpose}, std::string{claimed[pair.claim].told->purpose}}];
    }
    keep(rule, stops.owed(), std::move(result));
  }

  void score_silences(const KindRule& rule) {
    std::vector<Episode> owed = truths(rule);
    if (owed.empty() && claims_.of(rule.kind).empty()) return;
    std::vector<Episode> shorter;
    const Milliseconds length = owed_silence_length(interval_s_);
    std::erase_if(owed, [&](const Episode& silence) {
      if (silence.length() < length) shorter.push_back(silence);
      return silence.length() < length;
    });
    const IntervalIndex index{shorter};
    const auto is_of_a_shorter_one = [&](const Episode& claim) {
      bool found = false;
      index.each_touching(claim.told->vehicle, claim.start, claim.end,
                          [&](std::uint32_t i) { found = found || fit(shorter[i], claim, rule); });
      return found;
    };
    tally_.kinds[std::string{rule.kind}] =
        score_kind(owed, claims(rule, Revision::final), rule, is_of_a_shorter_one).tally;
  }

  void score_dumps(const KindRule& rule) {
    std::vector<Episode> dumps = truths(rule);
    const std::vector<Episode> unheard = unheard_dumps(dumps);
    tally_.final_suspicions = score_suspicions(rule, dumps, unheard, Revision::final);
    tally_.first_suspicions = score_suspicions(rule, dumps, unheard, Revision::first_raised);
  }

  [[nodiscard]] SuspicionTally score_suspicions(const KindRule& rule, const std::vector<Episode>& dumps,
                                                const std::vector<Episode>& unheard, Revision revision) const {
    SuspicionTally tally;
    const std::vector<Episode> claimed = claims(rule, revision);
    KindResult result = score_kind(dumps, claimed, rule, means_one_of(unheard, rule));
    count_heard(dumps, result);
    for (std::size_t i = 0; i < dumps.size(); ++i) {
      const bool found = result.truth_is_found[i];
      if (dumps[i].told->terminal_cut) tally.terminal_cut.add(found);
      if (!dumps[i].told->manner.empty()) tally.manners[std::string{dumps[i].told->manner}].add(found);
    }
    for (std::size_t i = 0; i < claimed.size(); ++i)
      if (claimed[i].told->score) tally.scored.push_back({*claimed[i].told->score, result.claim_is_true[i]});
    count_look_alikes(claimed, result.claim_is_true, tally);
    tally.kind = std::move(result.tally);
    return tally;
  }

  void count_look_alikes(std::span<const Episode> claimed, const std::vector<bool>& is_true,
                         SuspicionTally& tally) const {
    const IntervalIndex index{claimed};
    for (const Episode& look_alike : truths(look_alikes)) {
      bool suspected = false;
      index.each_touching(look_alike.told->vehicle, look_alike.start, look_alike.end,
                          [&](std::uint32_t i) { suspected = suspected || !is_true[i]; });
      tally.look_alikes[std::string{look_alike.told->name}].add(suspected);
    }
  }

  RecordsByKind truths_, claims_;
  std::optional<double> interval_s_;
  TimeUtc horizon_;
  TrueSilences silences_;
  WorldTally tally_;
};

}  // namespace

Milliseconds owed_stop_length(std::optional<double> interval_s) noexcept {
  constexpr Milliseconds shortest = std::chrono::seconds{90};
  return std::max(shortest, milliseconds(3.0 * interval_s.value_or(usual_interval_s)));
}

Milliseconds owed_silence_length(std::optional<double> interval_s) noexcept {
  constexpr Milliseconds shortest = std::chrono::minutes{3};
  return std::max(shortest, milliseconds(3.0 * interval_s.value_or(usual_interval_s)));
}

WorldTally score_world(const RecordSet& truth, const RecordSet& events, const ScoreOptions& options) {
  return WorldScorer{truth, events, options}.run();
}

}  // namespace haulwatch::scoring
