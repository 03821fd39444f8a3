#pragma once

#include "input_table.hpp"

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <optional>
#include <string>

namespace haulwatch::python {

/// Adds a NumPy array of one dimension to a table, without a copy where its values are numbers, dates or fixed texts;
/// any stride will do. Objects are taken as texts, None and NaN as absent.
/// \param absent true where there is no value; of the array's length
/// \param instants dates are instants of UTC, not some clock's
/// \throws InputError for what no column of a track can be
void add_numpy(InputTable& table, const std::string& name, const pybind11::array& array,
               const std::optional<pybind11::array_t<bool, pybind11::array::c_style>>& absent, bool instants);

/// Adds a column of texts by their codes, as pandas keeps categories. \param codes below zero where there is none
void add_categories(InputTable& table, const std::string& name,
                    const pybind11::array_t<std::int32_t, pybind11::array::c_style>& codes,
                    const pybind11::array& values);

}  // namespace haulwatch::python
