#include <haulwatch/scoring/summary.hpp>

#include <haulwatch/scoring/kind_rule.hpp>
#include <haulwatch/scoring/pooled_errors.hpp>

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <string_view>

namespace haulwatch::scoring {
namespace {

std::optional<double> ratio(double part, double whole) {
  return whole > 0.0 ? std::optional{part / whole} : std::nullopt;
}

/// A number of each world, and how to sum it.
using NumberOf = std::function<double(std::size_t world)>;

double sum(const Weights& weights, const NumberOf& number) {
  double total = 0.0;
  for (std::size_t world = 0; world < weights.size(); ++world)
    if (weights[world] > 0) total += weights[world] * number(world);
  return total;
}

Estimate ratio_of_sums(const Bootstrap& bootstrap, const NumberOf& part, const NumberOf& whole) {
  return bootstrap.estimate([&](const Weights& weights) { return ratio(sum(weights, part), sum(weights, whole)); });
}

void add(Counts& into, const Counts& other) {
  into.truths += other.truths;
  into.claims += other.claims;
  into.matched += other.matched;
  into.neutral += other.neutral;
  into.fragmented += other.fragmented;
  into.merged += other.merged;
  into.same_site += other.same_site;
  into.same_faults += other.same_faults;
}

/// The tallies of one kind, one a world.
using KindInWorlds = std::vector<const KindTally*>;

Spread spread_of(const KindInWorlds& worlds, std::size_t error, const Bootstrap& bootstrap) {
  std::vector<const std::vector<double>*> lists;
  lists.reserve(worlds.size());
  for (const KindTally* world : worlds) lists.push_back(&world->errors[error]);
  const PooledErrors pooled{lists};
  const auto quantile = [&](double share) {
    return bootstrap.estimate([&](const Weights& weights) { return pooled.quantile(share, weights); });
  };
  return {pooled.size(), quantile(0.5), quantile(0.95)};
}

KindSummary summarise_kind(std::string_view kind, const KindInWorlds& worlds, const Bootstrap& bootstrap) {
  KindSummary summary;
  summary.kind = kind;
  for (const KindTally* world : worlds) {
    add(summary.counts, world->counts);
    summary.heard.of += world->heard.of;
    summary.heard.found += world->heard.found;
  }
  const auto number = [&](std::uint64_t Counts::*member) -> NumberOf {
    return [&worlds, member](std::size_t w) { return static_cast<double>(worlds[w]->counts.*member); };
  };
  const NumberOf matched = number(&Counts::matched);
  const NumberOf truths = number(&Counts::truths);
  const NumberOf claims = number(&Counts::claims);
  summary.precision = ratio_of_sums(bootstrap, matched, claims);
  summary.recall = ratio_of_sums(bootstrap, matched, truths);
  summary.f1 = ratio_of_sums(
      bootstrap, [&](std::size_t w) { return 2.0 * matched(w); }, [&](std::size_t w) { return truths(w) + claims(w); });
  const auto heard = [&](std::uint64_t Share::*member) -> NumberOf {
    return [&worlds, member](std::size_t w) { return static_cast<double>(worlds[w]->heard.*member); };
  };
  summary.heard_recall = ratio_of_sums(bootstrap, heard(&Share::found), heard(&Share::of));
  for (std::size_t error = 0; error < error_kinds; ++error) summary.errors[error] = spread_of(worlds, error, bootstrap);
  return summary;
}

KindInWorlds kind_in(std::span<const WorldTally> worlds, const std::string& kind) {
  static const KindTally nothing;
  KindInWorlds tallies;
  for (const WorldTally& world : worlds) {
    const auto found = world.kinds.find(kind);
    tallies.push_back(found == world.kinds.end() ? &nothing : &found->second);
  }
  return tallies;
}

/// Those with a rule first, in its order.
std::vector<std::string> kinds_of(std::span<const WorldTally> worlds) {
  std::set<std::string> left;
  for (const WorldTally& world : worlds)
    for (const auto& [kind, tally] : world.kinds) left.insert(kind);
  std::vector<std::string> kinds;
  for (const KindRule& rule : kind_rules())
    if (left.erase(std::string{rule.kind}) > 0) kinds.emplace_back(rule.kind);
  kinds.insert(kinds.end(), left.begin(), left.end());
  return kinds;
}

void add(std::map<std::string, Share>& into, const std::map<std::string, Share>& other) {
  for (const auto& [name, share] : other) {
    into[name].of += share.of;
    into[name].found += share.found;
  }
}

SuspicionSummary summarise_suspicions(std::span<const WorldTally> worlds, SuspicionTally WorldTally::*revision,
                                      const Bootstrap& bootstrap) {
  SuspicionSummary summary;
  KindInWorlds tallies;
  std::vector<ScoredClaim> scored;
  for (const WorldTally& world : worlds) {
    const SuspicionTally& tally = world.*revision;
    tallies.push_back(&tally.kind);
    scored.insert(scored.end(), tally.scored.begin(), tally.scored.end());
    summary.terminal_cut.of += tally.terminal_cut.of;
    summary.terminal_cut.found += tally.terminal_cut.found;
    add(summary.manners, tally.manners);
    add(summary.look_alikes, tally.look_alikes);
  }
  summary.kind = summarise_kind("dump", tallies, bootstrap);
  summary.reliability = reliability_of(scored);
  const KindInWorlds stops = kind_in(worlds, "stop");
  const NumberOf false_claims = [&](std::size_t w) { return static_cast<double>(tallies[w]->counts.false_claims()); };
  summary.false_per_1000_stops = ratio_of_sums(
      bootstrap, [&](std::size_t w) { return 1000.0 * false_claims(w); },
      [&](std::size_t w) { return static_cast<double>(stops[w]->counts.truths); });
  summary.false_per_truck_day =
      ratio_of_sums(bootstrap, false_claims, [&](std::size_t w) { return worlds[w].truck_days; });
  const auto cut = [&](std::uint64_t Share::*member) -> NumberOf {
    return [&worlds, revision, member](std::size_t w) {
      return static_cast<double>((worlds[w].*revision).terminal_cut.*member);
    };
  };
  summary.terminal_cut_recall = ratio_of_sums(bootstrap, cut(&Share::found), cut(&Share::of));
  return summary;
}

}  // namespace

Summary summarise(std::span<const WorldTally> worlds) {
  Summary summary;
  summary.worlds = worlds.size();
  const Bootstrap bootstrap{worlds.size()};
  for (const std::string& kind : kinds_of(worlds))
    summary.kinds.push_back(summarise_kind(kind, kind_in(worlds, kind), bootstrap));
  for (const KindTally* stops : kind_in(worlds, "stop")) summary.stops += stops->counts.truths;
  for (const WorldTally& world : worlds) {
    summary.truck_days += world.truck_days;
    for (const auto& [purposes, count] : world.purposes) summary.purposes[purposes] += count;
  }
  summary.final_suspicions = summarise_suspicions(worlds, &WorldTally::final_suspicions, bootstrap);
  summary.first_suspicions = summarise_suspicions(worlds, &WorldTally::first_suspicions, bootstrap);
  return summary;
}

}  // namespace haulwatch::scoring
