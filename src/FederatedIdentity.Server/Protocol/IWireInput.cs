namespace FederatedIdentity.Server.Protocol;

/// <summary>A structure of the API that knows the model's constraints on its own members.</summary>
internal interface IWireShape
{
    void Check(Constraints on);
}

/// <summary>The input of an operation: the structure that a request body is read into.</summary>
internal interface IWireInput : IWireShape;
