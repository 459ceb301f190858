using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

namespace FederatedIdentity.Server.Protocol;

/// <summary>Who may call an operation.</summary>
internal enum Access
{
    /// <summary>Anybody; a signature, if there is one, is ignored.</summary>
    Public,

    /// <summary>Any caller whose SigV4 signature verifies; no policy is asked.</summary>
    Authenticated,

    /// <summary>Only a caller whose SigV4 signature verifies and whose policies allow it.</summary>
    Signed,
}

/// <summary>The middle of an operation: everything else belongs to the dispatcher.</summary>
internal interface IOperation<in TInput, TOutput>
    where TInput : class, IWireInput
    where TOutput : class
{
    ValueTask<Outcome<TOutput>> ExecuteAsync(TInput input, CallContext call, CancellationToken ct);
}

/// <summary>One row of the API surface: reads the input, checks it, runs the operation and writes its output.</summary>
internal abstract record Operation(string Name, Access Access)
{
    public abstract void Register(IServiceCollection services);

    /// <summary>The JSON of the output (empty when the operation has none), or the error.</summary>
    public abstract ValueTask<Outcome<byte[]>> InvokeAsync(
        ReadOnlyMemory<byte> body, CallContext call, IServiceProvider services, CancellationToken ct);

    public static Operation Of<TOperation, TInput, TOutput>(Access access)
        where TOperation : class, IOperation<TInput, TOutput>
        where TInput : class, IWireInput
        where TOutput : class =>
        new Typed<TOperation, TInput, TOutput>(access);

    private sealed record Typed<TOperation, TInput, TOutput>(Access Access) : Operation(typeof(TOperation).Name, Access)
        where TOperation : class, IOperation<TInput, TOutput>
        where TInput : class, IWireInput
        where TOutput : class
    {
        private readonly JsonTypeInfo<TInput> _input = TypeInfo<TInput>();
        private readonly JsonTypeInfo<TOutput>? _output = typeof(TOutput) == typeof(NoOutput) ? null : TypeInfo<TOutput>();

        public override void Register(IServiceCollection services) => services.AddSingleton<TOperation>();

        public override async ValueTask<Outcome<byte[]>> InvokeAsync(
            ReadOnlyMemory<byte> body, CallContext call, IServiceProvider services, CancellationToken ct)
        {
            var read = Read(body.Span);
            if (read.Error is { } unreadable)
            {
                return unreadable;
            }

            var constraints = new Constraints();
            read.Value!.Check(constraints);
            if (constraints.Sentence is { } broken)
            {
                return ApiError.Validation(broken);
            }

            var signed = services.GetRequiredService<SignedCalls>();
            if (await signed.RefusalAsync(Access, "cognito-identity", read.Value, call, ct) is { } refused)
            {
                return refused;
            }

            var outcome = await services.GetRequiredService<TOperation>().ExecuteAsync(read.Value, call, ct);
            if (outcome.Error is { } error)
            {
                return error;
            }

            return _output is null ? Array.Empty<byte>() : JsonSerializer.SerializeToUtf8Bytes(outcome.Value!, _output);
        }

        private Outcome<TInput> Read(ReadOnlySpan<byte> body)
        {
            // The reader looks at the text of what it skips as little as it can; RFC 8259 §8.1 asks for UTF-8 throughout.
            if (!Utf8.IsValid(body))
            {
                return ApiError.Serialization("The request body is not UTF-8.");
            }

            try
            {
                // Servers must take an empty body for {} (Smithy awsJson1_1); a literal null is not an object.
                return JsonSerializer.Deserialize(body.IsEmpty ? "{}"u8 : body, _input) is { } input
                    ? input
                    : ApiError.Serialization("The request body is not a JSON object.");
            }
            catch (JsonException malformed)
            {
                // Neither the exception's text nor its path: both may quote the body, and the body may hold tokens.
                return ApiError.Serialization(malformed.LineNumber is { } line
                    ? $"The request body is not valid JSON for this operation (line {line + 1}, byte {malformed.BytePositionInLine})."
                    : "The request body is not valid JSON for this operation.");
            }
        }

        private static JsonTypeInfo<T> TypeInfo<T>() =>
            (JsonTypeInfo<T>?)AwsJson.Wire.GetTypeInfo(typeof(T))
            ?? throw new InvalidOperationException($"Add [JsonSerializable(typeof({typeof(T).Name}))] to WireJson.");
    }
}
