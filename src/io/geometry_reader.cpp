#include "geometry_reader.hpp"

#include <boost/json/array.hpp>

#include <optional>
#include <utility>

namespace haulwatch::io {
namespace {

namespace json = boost::json;
using registry::LineDraft;
using registry::PolygonDraft;

/// Coordinates of one geometry, and the depth of arrays at which they stand.
struct Coordinates {
  const json::value* value = nullptr;  ///< nothing where the geometry is not one of those asked for
  std::string pointer;
  bool multi = false;
};

Coordinates coordinates_of(const JsonObject& feature, const std::string& single, const std::string& multi) {
  Coordinates found{nullptr, pointer_to(feature.pointer_of("geometry"), "coordinates"), false};
  const std::string expected = multi.empty() ? "a " + single : "a " + single + " or a " + multi;
  const json::object* object = feature.object("geometry", expected);
  if (object == nullptr) {
    if (feature.find("geometry") == nullptr) feature.fault("geometry", "missing: expected " + expected);
    return found;
  }
  const json::value* type = object->if_contains("type");
  const json::string* name = type == nullptr ? nullptr : type->if_string();
  const std::string type_name = name == nullptr ? "" : std::string{name->data(), name->size()};
  if (type_name.empty() || (type_name != single && type_name != multi)) {
    feature.fault_at(
        pointer_to(feature.pointer_of("geometry"), "type"),
        type_name.empty() ? "is not text: expected " + expected : "is " + type_name + ", expected " + expected);
    return found;
  }
  const json::value* coordinates = object->if_contains("coordinates");
  found.multi = type_name == multi;
  found.value = coordinates != nullptr && coordinates->is_array() ? coordinates : nullptr;
  if (found.value == nullptr) feature.fault_at(found.pointer, "is not an array of coordinates");
  return found;
}

/// A line as its positions, whether a ring or not.
std::vector<LonLat> read_positions(const JsonObject& feature, const json::value& value, const std::string& pointer) {
  std::vector<LonLat> positions;
  const json::array* array = value.if_array();
  if (array == nullptr) {
    feature.fault_at(pointer, "is " + std::string{kind_of(value)} + ", expected an array of positions");
    return positions;
  }
  positions.reserve(array->size());
  for (std::size_t i = 0; i < array->size(); ++i) {
    if (const std::optional<LonLat> position = position_in((*array)[i])) {
      positions.push_back(*position);
    } else {
      feature.fault_at(pointer_to(pointer, i), "is not a position: [longitude, latitude]");
    }
  }
  return positions;
}

PolygonDraft read_polygon(const JsonObject& feature, const json::value& value, const std::string& pointer) {
  PolygonDraft polygon{pointer, {}};
  const json::array* rings = value.if_array();
  if (rings == nullptr) {
    feature.fault_at(pointer, "is " + std::string{kind_of(value)} + ", expected an array of rings");
    return polygon;
  }
  for (std::size_t i = 0; i < rings->size(); ++i) {
    polygon.rings.push_back(read_positions(feature, (*rings)[i], pointer_to(pointer, i)));
  }
  return polygon;
}

}  // namespace

std::optional<LonLat> position_in(const json::value& value) noexcept {
  const json::array* numbers = value.if_array();
  if (numbers == nullptr || numbers->size() < 2) return std::nullopt;
  const std::optional<double> lon = number_in((*numbers)[0]);
  const std::optional<double> lat = number_in((*numbers)[1]);
  if (!lon || !lat) return std::nullopt;
  return LonLat{*lon, *lat};
}

std::vector<PolygonDraft> read_polygons(const JsonObject& feature) {
  const Coordinates coordinates = coordinates_of(feature, "Polygon", "MultiPolygon");
  std::vector<PolygonDraft> polygons;
  if (coordinates.value == nullptr) return polygons;
  if (!coordinates.multi) {
    polygons.push_back(read_polygon(feature, *coordinates.value, coordinates.pointer));
    return polygons;
  }
  const json::array& parts = coordinates.value->get_array();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    polygons.push_back(read_polygon(feature, parts[i], pointer_to(coordinates.pointer, i)));
  }
  return polygons;
}

std::vector<LineDraft> read_lines(const JsonObject& feature) {
  const Coordinates coordinates = coordinates_of(feature, "LineString", "MultiLineString");
  std::vector<LineDraft> lines;
  if (coordinates.value == nullptr) return lines;
  if (!coordinates.multi) {
    lines.push_back({coordinates.pointer, read_positions(feature, *coordinates.value, coordinates.pointer)});
    return lines;
  }
  const json::array& parts = coordinates.value->get_array();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string pointer = pointer_to(coordinates.pointer, i);
    lines.push_back({pointer, read_positions(feature, parts[i], pointer)});
  }
  return lines;
}

LineDraft read_line(const JsonObject& feature) {
  const Coordinates coordinates = coordinates_of(feature, "LineString", "");
  LineDraft line{coordinates.pointer, {}};
  if (coordinates.value == nullptr) return line;
  line.positions = read_positions(feature, *coordinates.value, line.pointer);
  return line;
}

}  // namespace haulwatch::io
