#include <haulwatch/io/detail/column_plan.hpp>

#include <haulwatch/io/detail/number_text.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace haulwatch::io::detail {
namespace {

/// `theirs` of a mapping, taken apart.
struct Target {
  std::vector<std::string_view> parts;
  double factor = 1.0;
};

[[nodiscard]] bool holds_number(FixColumn column) noexcept {
  switch (column) {
    case FixColumn::lon:
    case FixColumn::lat:
    case FixColumn::speed_mps:
    case FixColumn::heading_deg:
    case FixColumn::accuracy_m:
    case FixColumn::hdop:
    case FixColumn::odometer_m:
      return true;
    default:
      return false;
  }
}

[[nodiscard]] std::string mapping_text(const ColumnMapping& mapping) {
  std::string text{"--column "};
  return text.append(name_of(mapping.column)).append("=").append(mapping.theirs);
}

[[nodiscard]] Target taken_apart(const ColumnMapping& mapping) {
  Target target;
  std::string_view rest = mapping.theirs;
  if (const std::size_t star = rest.rfind('*'); star != std::string_view::npos) {
    const auto factor = parse_number(trimmed(rest.substr(star + 1)));
    if (!factor || *factor == 0.0) throw FormatError{mapping_text(mapping) + ": a number has to stand behind *"};
    if (!holds_number(mapping.column)) {
      throw FormatError{mapping_text(mapping) + ": only a column of numbers takes a factor"};
    }
    target.factor = *factor;
    rest = rest.substr(0, star);
  }
  for (std::size_t plus = rest.find('+'); plus != std::string_view::npos; plus = rest.find('+')) {
    target.parts.push_back(trimmed(rest.substr(0, plus)));
    rest = rest.substr(plus + 1);
  }
  target.parts.push_back(trimmed(rest));
  if (std::any_of(target.parts.begin(), target.parts.end(), [](std::string_view part) { return part.empty(); })) {
    throw FormatError{mapping_text(mapping) + ": a name or a number is missing"};
  }
  return target;
}

/// A field's number from 0 out of its number from 1.
[[nodiscard]] std::optional<std::uint32_t> field_number(std::string_view text) noexcept {
  constexpr std::uint32_t most = 10'000'000;
  const auto number = parse_integer<std::uint32_t>(text);
  return number && *number >= 1 && *number <= most ? std::optional{*number - 1} : std::nullopt;
}

[[nodiscard]] const ColumnMapping* mapping_of(const TrackFormat& format, FixColumn column) noexcept {
  const auto found = std::find_if(format.columns.begin(), format.columns.end(),
                                  [column](const ColumnMapping& mapping) { return mapping.column == column; });
  return found == format.columns.end() ? nullptr : &*found;
}

/// `point` counts only where it was asked for, and then instead of `lon` and `lat`.
[[nodiscard]] bool passed_over(const TrackFormat& format, FixColumn column) noexcept {
  if (column == FixColumn::vehicle) return format.vehicle_from != VehicleFrom::column;
  if (column == FixColumn::point) return mapping_of(format, column) == nullptr;
  if (column == FixColumn::lon || column == FixColumn::lat) return mapping_of(format, FixColumn::point) != nullptr;
  return false;
}

void bind(ColumnPlan& plan, FixColumn column, double factor, const std::vector<std::uint32_t>& fields) {
  BoundColumn bound{column, factor, fields.front(), {fields.begin() + 1, fields.end()}};
  plan.fields_needed = std::max(plan.fields_needed, std::size_t{*std::max_element(fields.begin(), fields.end())} + 1);
  plan.columns.push_back(std::move(bound));
}

[[nodiscard]] bool has(const ColumnPlan& plan, FixColumn column) noexcept {
  return std::any_of(plan.columns.begin(), plan.columns.end(),
                     [column](const BoundColumn& bound) { return bound.column == column; });
}

/// Needed columns that the plan lacks. `point` stands for `lon` and `lat`.
[[nodiscard]] std::vector<FixColumn> missing(const ColumnPlan& plan, const TrackFormat& format) {
  std::vector<FixColumn> lacking;
  if (format.vehicle_from == VehicleFrom::column && !has(plan, FixColumn::vehicle)) {
    lacking.push_back(FixColumn::vehicle);
  }
  if (!has(plan, FixColumn::time)) lacking.push_back(FixColumn::time);
  if (has(plan, FixColumn::point)) return lacking;
  if (!has(plan, FixColumn::lon)) lacking.push_back(FixColumn::lon);
  if (!has(plan, FixColumn::lat)) lacking.push_back(FixColumn::lat);
  return lacking;
}

[[nodiscard]] std::string bare(std::string_view name) {
  std::string letters;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') {
      letters += static_cast<char>(c - 'A' + 'a');
    } else if ((c >= 'a' && c <= 'z') || is_digit(c)) {
      letters += c;
    }
  }
  return letters;
}

/// What others call the needed columns, the likeliest first, in lower case and without marks.
[[nodiscard]] std::span<const std::string_view> usual_names(FixColumn column) noexcept {
  static constexpr std::array<std::string_view, 22> vehicle{
      "vehicle", "vehicleid", "vehicleno", "plate",     "platenumber", "licenseplate", "truck",      "truckid", "taxi",
      "taxiid",  "carid",     "busid",     "machineid", "machine",     "deviceid",     "terminalid", "unitid",  "imei",
      "mmsi",    "userid",    "uid",       "id"};
  static constexpr std::array<std::string_view, 19> time{
      "time",      "timestamp",    "datetime", "timeutc",  "utctime",   "gpstime", "fixtime",
      "eventtime", "recordedat",   "loctime",  "ts",       "t",         "epoch",   "unixtime",
      "date",      "basedatetime", "postime",  "recvtime", "reporttime"};
  static constexpr std::array<std::string_view, 8> lon{"lon",   "lng",    "long", "longitude",
                                                       "londd", "gpslon", "x",    "wgslng"};
  static constexpr std::array<std::string_view, 6> lat{"lat", "latitude", "latdd", "gpslat", "y", "wgslat"};
  static constexpr std::array<std::string_view, 6> point{"point", "wkt", "geometry", "geom", "wktgeom", "location"};
  switch (column) {
    case FixColumn::point:
      return point;
    case FixColumn::vehicle:
      return vehicle;
    case FixColumn::time:
      return time;
    case FixColumn::lon:
      return lon;
    case FixColumn::lat:
      return lat;
    default:
      return {};
  }
}

[[nodiscard]] std::optional<std::string> likely_name(FixColumn column, std::span<const std::string> names) {
  for (const std::string_view usual : usual_names(column)) {
    for (const std::string& name : names) {
      if (bare(name) == usual) return name;
    }
  }
  return std::nullopt;
}

[[nodiscard]] std::string shortened(std::string_view text, std::size_t most) {
  std::string shown;
  for (const char c : text.substr(0, most)) shown += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
  return text.size() > most ? shown + "..." : shown;
}

[[nodiscard]] std::string list_of(std::span<const std::string> names) {
  constexpr std::size_t most_names = 40;
  constexpr std::size_t longest_name = 40;
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < most_names; ++i) {
    text += (i == 0 ? "" : ", ") + shortened(names[i], longest_name);
  }
  return names.size() > most_names ? text + ", and " + std::to_string(names.size() - most_names) + " more" : text;
}

/// Mappings that would help, as far as the names that were found suggest any.
[[nodiscard]] std::string advice_for(const std::vector<FixColumn>& lacking, std::span<const std::string> names) {
  std::string advice;
  const auto advise = [&advice](FixColumn column, std::string_view theirs) {
    if (!advice.empty()) advice += ' ';
    advice.append("--column ").append(name_of(column)).append("=").append(theirs);
  };
  for (const FixColumn column : lacking) {
    if (const auto likely = likely_name(column, names)) advise(column, *likely);
  }
  const auto point = likely_name(FixColumn::point, names);
  if (point && lacking.back() == FixColumn::lat) advise(FixColumn::point, *point);
  if (advice.empty()) advise(lacking.front(), "THEIRS");
  return advice;
}

[[noreturn]] void refuse(const std::vector<FixColumn>& lacking, std::span<const std::string> names,
                         const std::string& file, std::string_view found_as) {
  std::string text = file + ": no column ";
  for (std::size_t i = 0; i < lacking.size(); ++i) {
    if (i > 0) text += i + 1 == lacking.size() ? " and " : ", ";
    text += name_of(lacking[i]);
  }
  text.append("; ").append(found_as).append(": ").append(list_of(names));
  throw FileError{text.append("; name theirs, perhaps with ").append(advice_for(lacking, names))};
}

[[nodiscard]] std::optional<std::uint32_t> position_of(std::string_view name, std::span<const std::string> names,
                                                       const std::string& file) {
  const auto first = std::find(names.begin(), names.end(), name);
  if (first == names.end()) return std::nullopt;
  const auto number = static_cast<std::uint32_t>(first - names.begin());
  const auto second = std::find(first + 1, names.end(), name);
  if (second == names.end()) return number;
  throw FileError{file + ": two columns are called " + std::string{name} + ", the " + std::to_string(number + 1) +
                  ". and the " + std::to_string(second - names.begin() + 1) + ".; map one by its number"};
}

[[nodiscard]] std::uint32_t resolve(std::string_view part, const ColumnMapping& mapping,
                                    std::span<const std::string> names, Numbers numbers, const std::string& file,
                                    std::string_view found_as) {
  if (const auto position = position_of(part, names, file)) return *position;
  const auto number = numbers == Numbers::allowed ? field_number(part) : std::nullopt;
  if (number && *number < names.size()) return *number;
  throw FileError{file + ": " + mapping_text(mapping) + " names no column; " + std::string{found_as} + ": " +
                  list_of(names)};
}

}  // namespace

ColumnPlan plan_by_names(const TrackFormat& format, std::span<const std::string> names, Numbers numbers,
                         const std::string& file, std::string_view found_as) {
  ColumnPlan plan;
  for (std::size_t i = 0; i < fix_column_count; ++i) {
    const auto column = static_cast<FixColumn>(i);
    if (passed_over(format, column)) continue;
    const ColumnMapping* const mapping = mapping_of(format, column);
    if (const auto position = position_of(mapping != nullptr ? mapping->theirs : name_of(column), names, file)) {
      bind(plan, column, 1.0, {*position});
    } else if (mapping != nullptr) {
      const Target target = taken_apart(*mapping);
      std::vector<std::uint32_t> fields;
      for (const std::string_view part : target.parts) {
        fields.push_back(resolve(part, *mapping, names, numbers, file, found_as));
      }
      bind(plan, column, target.factor, fields);
    }
  }
  if (const auto lacking = missing(plan, format); !lacking.empty()) refuse(lacking, names, file, found_as);
  return plan;
}

ColumnPlan plan_by_numbers(const TrackFormat& format) {
  ColumnPlan plan;
  for (const ColumnMapping& mapping : format.columns) {
    if (passed_over(format, mapping.column)) continue;
    const Target target = taken_apart(mapping);
    std::vector<std::uint32_t> fields;
    for (const std::string_view part : target.parts) {
      const auto number = field_number(part);
      if (!number) throw FormatError{mapping_text(mapping) + ": without a header columns are numbers, from 1"};
      fields.push_back(*number);
    }
    bind(plan, mapping.column, target.factor, fields);
  }
  const auto lacking = missing(plan, format);
  if (lacking.empty()) return plan;
  throw FormatError{"without a header --column " + std::string{name_of(lacking.front())} + "=NUMBER is needed"};
}

std::vector<std::string> names_asked_for(const TrackFormat& format, std::span<const std::string> found) {
  std::vector<std::string> asked;
  const auto ask = [&](std::string_view name) {
    const auto known = [&](const auto& names) { return std::find(names.begin(), names.end(), name) != names.end(); };
    if (!known(found) && !known(asked)) asked.emplace_back(name);
  };
  for (std::size_t i = 0; i < fix_column_count; ++i) {
    const auto column = static_cast<FixColumn>(i);
    const ColumnMapping* const mapping = mapping_of(format, column);
    if (mapping == nullptr) {
      ask(name_of(column));
    } else if (std::find(found.begin(), found.end(), mapping->theirs) == found.end()) {
      for (const std::string_view part : taken_apart(*mapping).parts) ask(part);
    }
  }
  return asked;
}

}  // namespace haulwatch::io::detail
