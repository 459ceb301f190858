namespace FederatedIdentity.Server.Protocol;

/// <summary>What an operation returns: its output or an API error, never both and never neither.</summary>
internal readonly struct Outcome<T>
    where T : class
{
    private Outcome(T? value, ApiError? error) => (Value, Error) = (value, error);

    public T? Value { get; }

    public ApiError? Error { get; }

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(ApiError error) => new(null, error);
}

/// <summary>The output of an operation that the API models without one: an empty body, not <c>{}</c>.</summary>
internal sealed record NoOutput
{
    public static readonly NoOutput Instance = new();
}
