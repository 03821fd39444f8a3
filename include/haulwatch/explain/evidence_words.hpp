#pragma once

#include <haulwatch/evidence.hpp>
#include <haulwatch/trip_fault.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace haulwatch::explain {

/// How the value of a piece of evidence is spelt.
enum class EvidenceUnit : std::uint8_t { none, share, seconds, metres, degrees, hour };

/// One piece of evidence in plain English. `{}` stands for the measured value.
struct EvidenceWords {
  Evidence evidence{};
  EvidenceUnit unit{};
  std::string_view seen;    ///< what was found: "the body was raised for {} while it stood"
  std::string_view if_not;  ///< its absence: "the body had not been raised"
  std::string_view if_so;   ///< its presence, where it was not found: "the body had been raised"
};

/// All of them, in the order of the enumeration.
inline constexpr std::array evidence_words{
    EvidenceWords{Evidence::prior, EvidenceUnit::none,
                  "before anything is known: most halts of a loaded truck are no dumping",
                  "nothing were assumed beforehand", "halts were known to be harmless beforehand"},
    EvidenceWords{Evidence::loaded_before, EvidenceUnit::share, "it was loaded before, with a certainty of {}",
                  "it had not been known to be loaded", "it had been known to be loaded"},
    EvidenceWords{Evidence::load_lost, EvidenceUnit::none,
                  "a load sensor that had proven sound showed a load before and none after",
                  "the load sensor had not shown the load gone", "the load sensor had shown the load gone"},
    EvidenceWords{Evidence::load_kept, EvidenceUnit::none,
                  "a load sensor that had proven sound still showed the full load afterwards",
                  "the load sensor had not shown the load kept",
                  "a sound load sensor had still shown the full load afterwards"},
    EvidenceWords{Evidence::body_raised, EvidenceUnit::seconds, "the body was raised for {} while it stood",
                  "the body had not been raised", "the body had been raised"},
    EvidenceWords{Evidence::body_not_raised, EvidenceUnit::none,
                  "the body stayed down, by a lift sensor that sees the other unloadings",
                  "the lift sensor had not been known to work",
                  "a lift sensor that sees the other unloadings had shown the body down all the time"},
    EvidenceWords{Evidence::raised_rolling, EvidenceUnit::metres, "it drove {} with the body raised",
                  "it had not driven with the body raised", "it had driven with the body raised"},
    EvidenceWords{Evidence::cover_open, EvidenceUnit::none, "the cover was open", "the cover had stayed closed",
                  "the cover had been open"},
    EvidenceWords{Evidence::stop_length, EvidenceUnit::seconds, "it stayed for {}, as long as a dumping takes",
                  "it had stayed for less, or far longer, than a dumping takes",
                  "it had stayed as long as a dumping takes"},
    EvidenceWords{Evidence::off_route, EvidenceUnit::metres, "it was {} beyond the edge of every approved route",
                  "it had been on an approved route", "it had been off every approved route"},
    EvidenceWords{Evidence::turned_back, EvidenceUnit::degrees,
                  "it left nearly the way it had come, turning through {}", "it had driven on in its direction",
                  "it had left the way it had come"},
    EvidenceWords{Evidence::reversed, EvidenceUnit::none, "it reversed before it stood", "it had not reversed",
                  "it had reversed before it stood"},
    EvidenceWords{Evidence::watch_zone, EvidenceUnit::none, "the place is watched, being prone to dumping",
                  "the place were not a watched one", "the place were a watched one"},
    EvidenceWords{Evidence::night, EvidenceUnit::hour, "it was night, {} local time", "it had been day",
                  "it had been night"},
    EvidenceWords{Evidence::silent, EvidenceUnit::seconds, "nothing was heard of it for {}", "it had kept reporting",
                  "it had fallen silent"},
    EvidenceWords{Evidence::slow_silence, EvidenceUnit::seconds,
                  "the silence was {} longer than the way across it takes",
                  "the silence had been no longer than the way across it takes",
                  "the silence had been longer than the way across it takes"},
    EvidenceWords{Evidence::reloaded, EvidenceUnit::none,
                  "it took up another load afterwards, and no disposal was seen between",
                  "it had not taken up another load without a disposal between",
                  "it had taken up another load without a disposal between"},
    EvidenceWords{Evidence::no_disposal, EvidenceUnit::none, "its day ended without a disposal",
                  "its day had not ended without a disposal", "its day had ended without a disposal"},
    EvidenceWords{Evidence::disposal_seen, EvidenceUnit::none,
                  "an unloading at a registered disposal was seen later, and accounts for the load",
                  "no unloading at a registered disposal had been seen later",
                  "an unloading at a registered disposal had been seen later, before the next loading"},
    EvidenceWords{Evidence::known_place, EvidenceUnit::none, "the place is a registered depot or parking place",
                  "the place were not a registered depot or parking place",
                  "the place were a registered depot or parking place"},
    EvidenceWords{Evidence::service, EvidenceUnit::none,
                  "the place is a registered wash, workshop, fuel station or canteen",
                  "the place were not a registered service",
                  "the place were a registered wash, workshop, fuel station or canteen"},
    EvidenceWords{Evidence::traffic, EvidenceUnit::seconds,
                  "it halted for {} on an approved route, as at lights or in a jam",
                  "it had not halted on an approved route",
                  "it had halted briefly on an approved route, as at lights or in a jam"},
    EvidenceWords{Evidence::queue, EvidenceUnit::none, "it crept up in a line before a site",
                  "it had not crept up in a line before a site", "it had crept up in a line before a site"},
    EvidenceWords{Evidence::rest, EvidenceUnit::seconds, "it stayed for {}, far longer than a dumping takes",
                  "it had not rested for so long", "it had rested for more than half an hour"},
    EvidenceWords{Evidence::empty_lift, EvidenceUnit::none, "the body was raised while the truck was known to be empty",
                  "the body had not been raised while empty", "the truck had been known to be empty"},
    EvidenceWords{Evidence::unheard_visit, EvidenceUnit::share,
                  "a silence left room for an unheard visit to a disposal, {} of the time that one takes",
                  "no silence had left room for an unheard visit to a disposal",
                  "a silence had left room for an unheard visit to a disposal"},
    EvidenceWords{Evidence::homeward, EvidenceUnit::metres,
                  "it had come {} nearer to the place of loading again, as empty trucks do",
                  "it had not been on its way back", "it had been on its way back to the place of loading"},
    EvidenceWords{Evidence::walking_pace, EvidenceUnit::seconds, "it rolled on at a steady walking pace for {}",
                  "it had not rolled on at a walking pace", "it had rolled on steadily at a walking pace"},
    EvidenceWords{Evidence::rivals, EvidenceUnit::share,
                  "the load may have gone in another halt or silence of the same trip, with a likelihood of {}",
                  "no other halt or silence of the trip had been as likely",
                  "another halt or silence of the trip had been as likely"},
    EvidenceWords{Evidence::record, EvidenceUnit::share, "{} of its loads so far are thought to have been dumped",
                  "nothing had been known of its loads so far", "its loads so far had ended where they should"},
};

/// One fault of a trip in plain English.
struct FaultWords {
  TripFault fault{};
  std::string_view says;
};

inline constexpr std::array fault_words{
    FaultWords{TripFault::no_permit, "no permit in force covers this vehicle from this origin"},
    FaultWords{TripFault::unapproved_place, "the load ended where no site is registered"},
    FaultWords{TripFault::wrong_destination,
               "the load went to a registered site that its permit, or its manifest, does not name"},
    FaultWords{TripFault::unknown_origin, "the load was taken up where no site is registered"},
    FaultWords{TripFault::off_hours, "the load was taken up or unloaded outside the permit's hours"},
    FaultWords{TripFault::off_route, "the vehicle left every approved route on the way"},
    FaultWords{TripFault::no_manifest, "no transfer note was found for the load"},
    FaultWords{TripFault::unloading_not_seen, "no unloading was seen before the vehicle was empty or loading again"},
};

// A name that is added to an enumeration needs its words here before anything compiles again.
static_assert(evidence_words.size() == evidence_count, "every Evidence needs its words, in the enumeration's order");
static_assert(fault_words.size() == trip_fault_count, "every TripFault needs its words, in the enumeration's order");
static_assert(std::ranges::all_of(evidence_words, [i = std::size_t{0}](const EvidenceWords& words) mutable {
  return words.evidence == static_cast<Evidence>(i++) && !words.seen.empty() && !words.if_not.empty() &&
         !words.if_so.empty() &&
         (words.unit == EvidenceUnit::none) == (words.seen.find("{}") == std::string_view::npos);
}));
static_assert(std::ranges::all_of(fault_words, [i = std::size_t{0}](const FaultWords& words) mutable {
  return words.fault == static_cast<TripFault>(i++) && !words.says.empty();
}));

[[nodiscard]] constexpr const EvidenceWords& words_of(Evidence evidence) noexcept {
  return evidence_words[static_cast<std::size_t>(evidence)];
}
[[nodiscard]] constexpr std::string_view words_of(TripFault fault) noexcept {
  return fault_words[static_cast<std::size_t>(fault)].says;
}

}  // namespace haulwatch::explain
