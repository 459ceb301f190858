namespace FederatedIdentity.Server.Protocol;

/// <summary>The input of an AWS Query action, which reads itself from the form.</summary>
internal interface IQueryInput<out TSelf> : IWireInput
    where TSelf : class
{
    static abstract TSelf Read(QueryForm form);
}

/// <summary>One service that speaks AWS Query: what its calls are signed for, its version, and the namespace of its answers.</summary>
internal sealed record QueryApi(string Name, string Version, string XmlNamespace)
{
    public static readonly QueryApi Sts = new("sts", "2011-06-15", "https://sts.amazonaws.com/doc/2011-06-15/");
    public static readonly QueryApi Iam = new("iam", "2010-05-08", "https://iam.amazonaws.com/doc/2010-05-08/");

    public static QueryApi? Of(string? version) => version == Sts.Version ? Sts : version == Iam.Version ? Iam : null;
}

/// <summary>One row of an AWS Query surface: reads the input, checks it, asks whether the caller may, runs the action.</summary>
internal abstract record QueryAction(QueryApi Service, string Name, Access Access)
{
    public abstract void Register(IServiceCollection services);

    /// <summary>The XML of the answer, or the error.</summary>
    public abstract ValueTask<Outcome<byte[]>> InvokeAsync(
        QueryForm form, CallContext call, IServiceProvider services, CancellationToken ct);

    public static QueryAction Of<TAction, TInput, TOutput>(QueryApi service, Access access)
        where TAction : class, IOperation<TInput, TOutput>
        where TInput : class, IQueryInput<TInput>
        where TOutput : class =>
        new Typed<TAction, TInput, TOutput>(service, access);

    private sealed record Typed<TAction, TInput, TOutput>(QueryApi Service, Access Access)
        : QueryAction(Service, typeof(TAction).Name, Access)
        where TAction : class, IOperation<TInput, TOutput>
        where TInput : class, IQueryInput<TInput>
        where TOutput : class
    {
        public override void Register(IServiceCollection services) => services.AddSingleton<TAction>();

        public override async ValueTask<Outcome<byte[]>> InvokeAsync(
            QueryForm form, CallContext call, IServiceProvider services, CancellationToken ct)
        {
            var input = TInput.Read(form);
            var constraints = new Constraints();
            input.Check(constraints);
            if (constraints.Sentence is { } broken)
            {
                return ApiError.Validation(broken);
            }

            if (await services.GetRequiredService<SignedCalls>().RefusalAsync(Access, Service.Name, input, call, ct) is { } refused)
            {
                return refused;
            }

            var outcome = await services.GetRequiredService<TAction>().ExecuteAsync(input, call, ct);
            return outcome.Error is { } error
                ? error
                : XmlAnswer.Of(Name, Service.XmlNamespace, outcome.Value as IXmlOutput, call.RequestId);
        }
    }
}
