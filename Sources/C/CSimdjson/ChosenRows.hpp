// SPDX-License-Identifier: Apache-2.0
#ifndef CARTLOAD_CHOSENROWS_HPP
#define CARTLOAD_CHOSENROWS_HPP
#include "Walk.hpp"

namespace cartload {

/// Records by their places, all of them or some.
struct ChosenRows {
    const uint8_t *block;
    const cl_json_place *places;
    const int32_t *rows;
    size_t count;

    const cl_json_place &place(size_t position) const { return places[rows ? size_t(rows[position]) : position]; }

    /// The end of the records that stage 1 can go over in one run, from a first one: between them is only white space or
    /// a few records that were not chosen. Other text, such as a rejected line, could confuse it.
    size_t runEnd(size_t from) const {
        constexpr size_t target = 128 * 1024;
        const uint32_t start = place(from).start;
        size_t to = from + 1;
        for (; to < count; to++)
            if (place(to).end - start > target || !isGap(place(to - 1).end, place(to).start, to)) break;
        return to;
    }

private:
    bool isGap(uint32_t start, uint32_t end, size_t position) const {
        if (start > end) return false;
        if (!rows || rows[position] == rows[position - 1] + 1) return isBlank(start, end);
        if (end - start > 4096 || rows[position] <= rows[position - 1]) return false;
        for (int32_t row = rows[position - 1]; row < rows[position]; row++)
            if (!isBlank(places[row].end, places[row + 1].start)) return false;
        return true;
    }

    bool isBlank(uint32_t start, uint32_t end) const {
        if (end - start == 1) return isSpace(block[start]);
        if (end < start || end - start > 64) return false;
        for (uint32_t i = start; i < end; i++)
            if (!isSpace(block[i])) return false;
        return true;
    }
};

}  // namespace cartload
#endif
