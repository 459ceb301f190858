namespace FederatedIdentity.Storage.Postgres;

/// <summary>
/// What a write answered. When it is <paramref name="IsRepeated"/>, an earlier sending may have been carried out, and
/// <paramref name="Value"/> is what came of sending it once more.
/// </summary>
public readonly record struct Written<T>(T Value, bool IsRepeated);
