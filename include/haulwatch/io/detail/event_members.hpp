#pragma once

#include <haulwatch/event.hpp>

#include <string>
#include <string_view>

namespace haulwatch::io::detail {

/// Appends the members of an event's JSON object, without the braces: all that JSON Lines and GeoJSON have in common.
void append_event_members(std::string& out, const Event& event);

/// The place that the event is about (a site, a zone, a gate), or nothing.
[[nodiscard]] std::string_view object_of(const Event& event) noexcept;

/// Whether the place is there and is made of numbers.
[[nodiscard]] bool has_place(const Event& event) noexcept;

/// Appends `[lon,lat]`.
void append_position(std::string& out, LonLat place);

}  // namespace haulwatch::io::detail
