"""From what the SDK sends to what Google's REST APIs take: data, and the few functions that data cannot say."""
