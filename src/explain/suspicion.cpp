#include "telling.hpp"

#include <haulwatch/detect/dump_weights.hpp>
#include <haulwatch/explain/evidence_words.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string>
#include <vector>

namespace haulwatch::explain {

namespace {

using detect::score_of;

std::string value_text(EvidenceUnit unit, double value) {
  switch (unit) {
    case EvidenceUnit::none:
      return {};
    case EvidenceUnit::share:
      return fmt::format("{:.0f} %", 100.0 * value);
    case EvidenceUnit::seconds:
      return duration_text(milliseconds(value));
    case EvidenceUnit::metres:
      return metres_text(value);
    case EvidenceUnit::degrees:
      return fmt::format("{:.0f} degrees", value);
    case EvidenceUnit::hour:
      return fmt::format("{:02.0f}:00", std::floor(value));
  }
  return {};
}

std::string words_for(const Reason& reason) {
  const EvidenceWords& words = words_of(reason.evidence);
  std::string text{words.seen};
  if (const auto hole = text.find("{}"); hole != std::string::npos)
    text.replace(hole, 2, value_text(words.unit, static_cast<double>(reason.value)));
  return text;
}

/// What would have spoken against a suspicion, had it been found; and what it cannot be found together with.
struct Exoneration {
  Evidence evidence{};
  double detect::DumpWeights::*weight = nullptr;
  std::array<Evidence, 2> instead_of{};
};
constexpr std::array exonerations{
    Exoneration{Evidence::disposal_seen, &detect::DumpWeights::disposal_seen, {Evidence::reloaded, Evidence::reloaded}},
    Exoneration{Evidence::load_kept, &detect::DumpWeights::load_kept, {Evidence::load_lost, Evidence::load_lost}},
    Exoneration{Evidence::known_place, &detect::DumpWeights::known_place, {Evidence::watch_zone, Evidence::watch_zone}},
    Exoneration{Evidence::service, &detect::DumpWeights::service, {Evidence::watch_zone, Evidence::watch_zone}},
    Exoneration{Evidence::body_not_raised,
                &detect::DumpWeights::body_not_raised,
                {Evidence::body_raised, Evidence::raised_rolling}},
};

Judgement judged(const DumpSuspicion& suspicion, double threshold) {
  Judgement all;
  all.threshold = threshold;
  all.score = static_cast<double>(suspicion.score);
  for (const Reason& reason : suspicion.reasons.list()) all.sum += static_cast<double>(reason.weight);
  const bool passes = score_of(all.sum) >= threshold;
  for (const Reason& reason : suspicion.reasons.list()) {
    const double without = score_of(all.sum - static_cast<double>(reason.weight));
    all.reasons.push_back({reason, words_for(reason), without, passes != (without >= threshold)});
  }
  return all;
}

std::string score_text(double score, double threshold) {
  return fmt::format("{:.3f}, {} the threshold of {:.3f}", score, score >= threshold ? "not below" : "below",
                     threshold);
}

/// The fewest reasons, heaviest first, whose absence together brings the score below the threshold.
std::string joint_absence(const Judgement& judgement) {
  std::vector<const ExplainedReason*> speaking;
  for (const ExplainedReason& reason : judgement.reasons)
    if (reason.reason.weight > 0.0F) speaking.push_back(&reason);
  std::stable_sort(speaking.begin(), speaking.end(), [](const ExplainedReason* a, const ExplainedReason* b) {
    return a->reason.weight > b->reason.weight;
  });
  double sum = judgement.sum;
  std::string names;
  for (const ExplainedReason* reason : speaking) {
    sum -= static_cast<double>(reason->reason.weight);
    names += (names.empty() ? "" : ", and ") + std::string{words_of(reason->reason.evidence).if_not};
    if (score_of(sum) < judgement.threshold)
      return fmt::format("No single reason decides. If {}, the score would be {}.", names,
                         score_text(score_of(sum), judgement.threshold));
  }
  return "No absence of reasons would bring the score below the threshold.";
}

void tell_what_clears(const Scene& scene, const DumpSuspicion& suspicion, const Judgement& judgement,
                      Explanation& out) {
  bool decided = false;
  for (const ExplainedReason& reason : judgement.reasons) {
    if (!reason.decides || reason.reason.weight <= 0.0F) continue;
    decided = true;
    out.cleared_by.push_back(fmt::format("If {}, the score would be {}.", words_of(reason.reason.evidence).if_not,
                                         score_text(reason.score_without, judgement.threshold)));
  }
  if (!decided) out.cleared_by.push_back(joint_absence(judgement));
  const auto weight_of = [&](Evidence evidence) {
    for (const Reason& reason : suspicion.reasons.list())
      if (reason.evidence == evidence) return static_cast<double>(reason.weight);
    return 0.0;
  };
  for (const Exoneration& exoneration : exonerations) {
    const double weight = scene.options().dump.weights.*exoneration.weight;
    if (weight >= 0.0 || weight_of(exoneration.evidence) != 0.0) continue;
    double sum = judgement.sum + weight - weight_of(exoneration.instead_of[0]);
    if (exoneration.instead_of[1] != exoneration.instead_of[0]) sum -= weight_of(exoneration.instead_of[1]);
    if (score_of(sum) >= judgement.threshold) continue;
    out.cleared_by.push_back(fmt::format("If {}, the score would be {}.", words_of(exoneration.evidence).if_so,
                                         score_text(score_of(sum), judgement.threshold)));
  }
}

/// Why it was taken back.
void tell_retraction(const Scene& scene, const Judgement& judgement, Explanation& out) {
  if (judgement.score < judgement.threshold) {
    out.compared.emplace_back("It was taken back because what was learnt later brought the score below the threshold.");
    for (const ExplainedReason& reason : judgement.reasons)
      if (reason.decides && reason.reason.weight < 0.0F && reason.reason.evidence != Evidence::prior)
        out.cleared_by.push_back(fmt::format("It is cleared already: {}. Without that the score would be {}.",
                                             reason.words, score_text(reason.score_without, judgement.threshold)));
    return;
  }
  const Event& event = scene.event();
  const auto likelier =
      std::find_if(scene.background().log.begin(), scene.background().log.end(), [&](const Event& other) {
        return other.kind == event.kind && other.vehicle == event.vehicle && other.detected == event.detected &&
               other.subject != event.subject && !other.retracted;
      });
  std::string text = "It was taken back though its score passes: a likelier place for the same load was found";
  if (likelier != scene.background().log.end())
    text += fmt::format(", told as {:016x}", static_cast<std::uint64_t>(likelier->id));
  out.compared.push_back(text + ".");
}

void tell_history(const Scene& scene, Explanation& out) {
  for (const Event& other : scene.background().log) {
    const auto* earlier = std::get_if<DumpSuspicion>(&other.details);
    if (earlier == nullptr || other.id != scene.event().id || other.revision >= scene.event().revision) continue;
    out.compared.push_back(fmt::format("Revision {}, known at {}: {}the score was {:.3f}.", other.revision,
                                       scene.clock().at(other.detected), other.retracted ? "taken back; " : "",
                                       static_cast<double>(earlier->score)));
  }
}

std::string act_text(const Scene& scene, const DumpSuspicion& suspicion) {
  const std::string when = scene.clock().from_to(suspicion.start, suspicion.end);
  const std::string length = duration_text(suspicion.end - suspicion.start);
  if (suspicion.stop) return fmt::format("stood {}, for {}", when, length);
  if (scene.event().inferred) return fmt::format("was not heard of {}, for {}", when, length);
  return fmt::format("crawled, or drove with its body raised, {}, for {}", when, length);
}

}  // namespace

Landmark tell(const Scene& scene, const DumpSuspicion& suspicion, Explanation& out) {
  const Event& event = scene.event();
  out.seen = fmt::format(
      "{}{} {}{}. {}", scene.vehicle(),
      suspicion.origin.empty() ? std::string{", loaded"} : ", loaded at " + scene.site_text(suspicion.origin) + ",",
      act_text(scene, suspicion), scene.where(),
      event.retracted ? "It was suspected of having dumped its load there; that was taken back."
                      : "It is suspected of having dumped its load there.");
  const double threshold = scene.options().dump.threshold;
  const Judgement judgement = judged(suspicion, threshold);
  out.compared.push_back(
      fmt::format("The weights of the reasons add up to {:.3f}; that is a score of {:.3f}, where a suspicion is told "
                  "from {:.3f} on.",
                  judgement.sum, judgement.score, threshold));
  add(out.compared, scene.nearest_site_text(event.place));
  tell_history(scene, out);
  out.compared.push_back(fmt::format("This was known at {}.", scene.clock().at(event.detected)));
  if (event.retracted)
    tell_retraction(scene, judgement, out);
  else
    tell_what_clears(scene, suspicion, judgement, out);
  out.judgement = judgement;
  return scene.from_place(event.inferred ? "the middle of the silence" : "the place of the suspicion");
}

}  // namespace haulwatch::explain
