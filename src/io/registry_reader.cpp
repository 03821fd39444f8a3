#include <haulwatch/io/registry_reader.hpp>

#include "geometry_reader.hpp"
#include "json_document.hpp"
#include "json_object.hpp"
#include "whole_file.hpp"
#include "windows_reader.hpp"

#include <haulwatch/registry/check.hpp>
#include <haulwatch/registry/compile.hpp>

#include <boost/json/array.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <span>
#include <utility>

namespace haulwatch::io {
namespace {

namespace json = boost::json;
using registry::RegistryDraft;
using registry::SiteRole;
using registry::ZoneRule;

constexpr std::array site_roles{SiteRole::origin, SiteRole::disposal, SiteRole::transfer, SiteRole::dock,
                                SiteRole::depot,  SiteRole::parking,  SiteRole::service};
constexpr std::array zone_rules{ZoneRule::forbidden, ZoneRule::speed_limit, ZoneRule::watch};

/// The value whose name the member holds; a fault and the first value where it is missing or none of them.
template <class Enumerator, std::size_t count>
Enumerator read_name(const JsonObject& from, std::string_view key, const std::array<Enumerator, count>& known) {
  std::string names;
  const std::optional<std::string> text = from.text(key);
  for (const Enumerator value : known) {
    if (text == name_of(value)) return value;
    names += (names.empty() ? "" : ", ") + std::string{name_of(value)};
  }
  if (text) from.fault(key, "\"" + *text + "\" is none of " + names);
  if (from.find(key) == nullptr) from.fault(key, "missing: expected one of " + names);
  return known.front();
}

/// Reads a document into a draft, feature by feature and permit by permit.
class RegistryReader {
 public:
  RegistryReader(const json::value& root, Datum datum, std::vector<Fault>& faults) : root_{root}, faults_{faults} {
    draft_.datum = datum;
  }

  RegistryDraft run() && {
    if (!root_.is_object()) {
      faults_.push_back({"", "", "is " + std::string{kind_of(root_)} + ", expected a GeoJSON FeatureCollection"});
      return std::move(draft_);
    }
    const JsonObject document{root_.get_object(), "", "", faults_};
    if (document.text("type") != "FeatureCollection") {
      document.fault("type", "is not \"FeatureCollection\": expected a GeoJSON FeatureCollection");
    }
    check_crs(document);
    read_frame(document);
    read_features(document);
    read_permits(document);
    return std::move(draft_);
  }

 private:
  /// GeoJSON of before 2016 could name another reference system, and some programs still write one.
  static void check_crs(const JsonObject& document) {
    const json::object* crs = document.object("crs", "an object");
    const json::value* properties = crs == nullptr ? nullptr : crs->if_contains("properties");
    const json::object* of_crs = properties == nullptr ? nullptr : properties->if_object();
    const json::value* name = of_crs == nullptr ? nullptr : of_crs->if_contains("name");
    const json::string* text = name == nullptr ? nullptr : name->if_string();
    if (text == nullptr) return;
    const std::string system{text->data(), text->size()};
    if (system.ends_with("CRS84") || system.ends_with(":4326")) return;
    document.fault("crs", "coordinates are in " + system + ", expected degrees of longitude and latitude (CRS84)");
  }

  void read_frame(const JsonObject& document) {
    const json::value* frame = document.find("frame");
    if (frame == nullptr) return;
    draft_.frame = position_in(*frame);
    if (!draft_.frame) document.fault("frame", "is not a position: [longitude, latitude]");
  }

  void read_features(const JsonObject& document) {
    const json::array* features = document.array("features", "an array of features");
    if (document.find("features") == nullptr) document.fault("features", "missing: expected an array of features");
    for (std::size_t i = 0; features != nullptr && i < features->size(); ++i) {
      const std::string pointer = pointer_to("/features", i);
      if (const json::object* feature = (*features)[i].if_object()) {
        read_feature(*feature, pointer, i);
      } else {
        faults_.push_back({"feature " + std::to_string(i), pointer, "is not an object: expected a feature"});
      }
    }
  }

  void read_feature(const json::object& object, const std::string& pointer, std::size_t number) {
    const std::string kind = kind_in(object);
    const json::value* id_value = object.if_contains("id");
    const std::optional<std::string> id = id_value == nullptr ? std::nullopt : id_in(*id_value);
    const bool named = id && !id->empty();
    const std::string name =
        named ? (is_known(kind) ? kind : "feature") + " " + *id : "feature " + std::to_string(number);

    const JsonObject feature{object, pointer, name, faults_};
    static_cast<void>(feature.id("id"));  // for its fault
    if (feature.text("type") != "Feature") feature.fault("type", "is not \"Feature\"");
    const json::object* members = feature.object("properties", "an object");
    if (feature.find("properties") == nullptr) {
      feature.fault("properties", "missing: expected an object with the feature's kind");
    }
    if (members == nullptr || !is_known(kind)) draft_.unread_features.push_back(id.value_or(""));
    if (members == nullptr) return;
    const JsonObject properties{*members, feature.pointer_of("properties"), name, faults_};
    read_kind(kind, feature, properties, id.value_or(""));
  }

  /// The kind if it is text, before anything is known of the feature.
  static std::string kind_in(const json::object& feature) {
    const json::value* properties = feature.if_contains("properties");
    const json::object* members = properties == nullptr ? nullptr : properties->if_object();
    const json::value* kind = members == nullptr ? nullptr : members->if_contains("kind");
    const json::string* text = kind == nullptr ? nullptr : kind->if_string();
    return text == nullptr ? std::string{} : std::string{text->data(), text->size()};
  }

  static bool is_known(std::string_view kind) {
    return kind == "site" || kind == "route" || kind == "zone" || kind == "gate";
  }

  void read_kind(const std::string& kind, const JsonObject& feature, const JsonObject& properties,
                 const std::string& id) {
    if (kind == "site") return read_site(feature, properties, id);
    if (kind == "route") return read_route(feature, properties, id);
    if (kind == "zone") return read_zone(feature, properties, id);
    if (kind == "gate") return read_gate(feature, properties, id);
    constexpr const char* expected = "expected site, route, zone or gate";
    if (properties.text("kind")) properties.fault("kind", "\"" + kind + "\" is no kind of feature: " + expected);
    if (properties.find("kind") == nullptr) properties.fault("kind", std::string{"missing: "} + expected);
  }

  void read_site(const JsonObject& feature, const JsonObject& properties, const std::string& id) {
    registry::SiteDraft site;
    site.pointer = feature.pointer();
    site.id = id;
    site.name = properties.text("name").value_or("");
    site.role = read_name(properties, "role", site_roles);
    site.carrier = properties.text("carrier").value_or("");
    site.open_hours = read_open_hours(properties);
    site.polygons = read_polygons(feature);
    draft_.sites.push_back(std::move(site));
  }

  void read_zone(const JsonObject& feature, const JsonObject& properties, const std::string& id) {
    registry::ZoneDraft zone;
    zone.pointer = feature.pointer();
    zone.id = id;
    zone.rule = read_name(properties, "rule", zone_rules);
    zone.max_speed_mps = properties.number("max_speed_mps");
    zone.windows = read_daily_windows(properties);
    zone.polygons = read_polygons(feature);
    draft_.zones.push_back(std::move(zone));
  }

  void read_route(const JsonObject& feature, const JsonObject& properties, const std::string& id) {
    registry::RouteDraft route;
    route.pointer = feature.pointer();
    route.id = id;
    route.half_width_m = properties.number("half_width_m");
    route.one_way = properties.flag("one_way").value_or(false);
    route.lines = read_lines(feature);
    draft_.routes.push_back(std::move(route));
  }

  void read_gate(const JsonObject& feature, const JsonObject& properties, const std::string& id) {
    registry::GateDraft gate;
    gate.pointer = feature.pointer();
    gate.id = id;
    const std::optional<std::string> inside = properties.text("inside");
    gate.inside_is_left = inside != "right";
    if (properties.find("inside") == nullptr || (inside && inside != "left" && inside != "right")) {
      properties.fault("inside", "expected \"left\" or \"right\", the side of one's own territory along the line");
    }
    gate.line = read_line(feature);
    draft_.gates.push_back(std::move(gate));
  }

  void read_permits(const JsonObject& document) {
    const json::array* permits = document.array("permits", "an array of permits");
    for (std::size_t i = 0; permits != nullptr && i < permits->size(); ++i) {
      const std::string pointer = pointer_to("/permits", i);
      const json::object* object = (*permits)[i].if_object();
      if (object == nullptr) {
        faults_.push_back({"permit " + std::to_string(i), pointer, "is not an object: expected a permit"});
        continue;
      }
      const json::value* id = object->if_contains("id");
      const std::optional<std::string> text = id == nullptr ? std::nullopt : id_in(*id);
      const std::string name = "permit " + (text && !text->empty() ? *text : std::to_string(i));
      read_permit(JsonObject{*object, pointer, name, faults_});
    }
  }

  void read_permit(const JsonObject& from) {
    registry::PermitDraft permit;
    permit.pointer = from.pointer();
    permit.id = from.id("id").value_or("");
    permit.vehicles = from.ids("vehicles");
    permit.origins = from.ids("origins");
    permit.disposals = from.ids("disposals");
    permit.routes = from.ids("routes");
    permit.valid_from = from.time("valid_from").value_or(permit.valid_from);
    permit.valid_to = from.time("valid_to").value_or(permit.valid_to);
    permit.daily_windows = read_daily_windows(from);
    permit.max_loads = from.count("max_loads");
    permit.carrier = from.text("carrier").value_or("");
    permit.waste = from.text("waste").value_or("");
    permit.max_quantity_m3 = from.number("max_quantity_m3");
    draft_.permits.push_back(std::move(permit));
  }

  const json::value& root_;
  std::vector<Fault>& faults_;
  RegistryDraft draft_;
};

/// A draft, and what kept parts of the document out of it.
struct DraftReading {
  RegistryDraft draft;
  std::vector<Fault> faults;
  std::size_t harmless = 0;  ///< how many of them, at the front, left nothing out
};

DraftReading read(std::string_view text, Datum datum) {
  JsonReading document = read_json(text);
  DraftReading reading{{}, std::move(document.faults), 0};
  reading.draft.datum = datum;
  if (!document.root) return reading;
  reading.harmless = reading.faults.size();
  reading.draft = RegistryReader{*document.root, datum, reading.faults}.run();
  return reading;
}

bool is_at_or_below(std::string_view pointer, std::string_view other) {
  return pointer.starts_with(other) && (pointer.size() == other.size() || pointer[other.size()] == '/');
}

/// Pointers of values that could not be read: what is said of a value above or below one of them is said of less than
/// the document holds.
class UnreadValues {
 public:
  explicit UnreadValues(std::span<const Fault> faults) {
    for (const Fault& fault : faults) pointers_.insert(fault.pointer);
  }

  [[nodiscard]] bool bear_on(const std::string& pointer) const {
    const auto next = pointers_.lower_bound(pointer);
    if (next != pointers_.end() && is_at_or_below(*next, pointer)) return true;
    // Some key may sort between a pointer and what is below it, as "/a-b" between "/a" and "/a/b".
    const auto below = pointers_.lower_bound(pointer + "/");
    if (below != pointers_.end() && is_at_or_below(*below, pointer)) return true;
    for (std::size_t end = pointer.rfind('/'); end != std::string::npos && end > 0; end = pointer.rfind('/', end - 1)) {
      if (pointers_.contains(std::string_view{pointer}.substr(0, end))) return true;
    }
    return false;
  }

 private:
  std::set<std::string, std::less<>> pointers_;
};

/// Orders pointers as a reader goes through the document: numbers by value.
bool comes_first(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    const std::string_view token_a = a.substr(0, a.find('/', 1));
    const std::string_view token_b = b.substr(0, b.find('/', 1));
    if (token_a != token_b) {
      const auto is_index = [](std::string_view token) {
        return token.size() > 1 && token.find_first_not_of("0123456789", 1) == std::string_view::npos;
      };
      if (is_index(token_a) && is_index(token_b) && token_a.size() != token_b.size()) {
        return token_a.size() < token_b.size();
      }
      return token_a < token_b;
    }
    a.remove_prefix(token_a.size());
    b.remove_prefix(token_b.size());
  }
  return a.empty() && !b.empty();
}

/// All faults of the document, with those of what was read added.
std::vector<Fault> all_faults(const DraftReading& reading) {
  std::vector<Fault> all = reading.faults;
  const UnreadValues unread{std::span{reading.faults}.subspan(reading.harmless)};
  for (Fault& fault : registry::check(reading.draft)) {
    if (!unread.bear_on(fault.pointer)) all.push_back(std::move(fault));
  }
  std::ranges::stable_sort(all, comes_first, &Fault::pointer);
  return all;
}

}  // namespace

RegistryDraft read_registry_draft(std::string_view json, std::vector<Fault>& faults, Datum datum) {
  DraftReading reading = read(json, datum);
  faults.insert(faults.end(), reading.faults.begin(), reading.faults.end());
  return std::move(reading.draft);
}

std::vector<Fault> check_registry(std::string_view json, Datum datum) {
  return all_faults(read(json, datum));
}

std::vector<Fault> check_registry_file(const std::string& path, Datum datum) {
  return check_registry(whole_file(path), datum);
}

std::shared_ptr<const registry::Registry> parse_registry(std::string_view json, RegistryOptions options,
                                                         const std::string& name) {
  DraftReading reading = read(json, options.datum);
  if (std::vector<Fault> faults = all_faults(reading); !faults.empty()) throw Refused{name, std::move(faults)};
  return registry::compile(std::move(reading.draft), options.version);
}

std::shared_ptr<const registry::Registry> load_registry(const std::string& path, RegistryOptions options) {
  return parse_registry(whole_file(path), options, path);
}

}  // namespace haulwatch::io
