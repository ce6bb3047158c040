/// Marks dictionaries, whose entries have no order of their own and are written sorted by key.
protocol TextKeyed {}

extension Dictionary: TextKeyed {}
