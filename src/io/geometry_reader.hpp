#pragma once

#include "json_object.hpp"

#include <haulwatch/registry/registry_draft.hpp>

#include <vector>

namespace haulwatch::io {

/// The geometry of a GeoJSON feature (RFC 7946), whose type must be one of the two named. Positions may have a third
/// number, which is passed over; one that cannot be read is a fault and left out.
/// \param feature the feature, whose member `geometry` is read
[[nodiscard]] std::vector<registry::PolygonDraft> read_polygons(const JsonObject& feature);
[[nodiscard]] std::vector<registry::LineDraft> read_lines(const JsonObject& feature);
[[nodiscard]] registry::LineDraft read_line(const JsonObject& feature);

/// `[longitude, latitude]`, where the value is that.
[[nodiscard]] std::optional<LonLat> position_in(const boost::json::value& value) noexcept;

}  // namespace haulwatch::io
